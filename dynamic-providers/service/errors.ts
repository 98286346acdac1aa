/** Returns true when the error is the service's exception with this name. */
export function isNamed(error: unknown, name: string): boolean {
  return (error as Error).name === name;
}

/** Recognises a refusal by IAM or KMS by its text: AWS documents no error code for it. */
export function isRefusedByIam(text: string): boolean {
  return /not authorized|insufficient privileges|access denied|cannot be assumed|assume/i.test(text);
}

/**
 * For `catch`: returns this value where the service does not know the resource, and throws any
 * other error again.
 */
export function ifNotFound<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (isNamed(error, "ResourceNotFoundException")) return value;
    throw error;
  };
}

/**
 * Creates the error for a call that the service refused: the resource, what failed, what the
 * service returned, what to do. Returns an error that was created here before as it is.
 */
export function toServiceError(label: string, failure: string, error: unknown): Error {
  const { name, message } = error as Error;
  if (message.startsWith(label)) return error as Error;
  const remedies: [RegExp, string][] = [
    [/Limit|TooMany/, "Delete what is no longer needed or ask AWS for a higher quota"],
    [/Invalid|Validation/, "Correct the input that the service names"],
    [/InUse/, "Wait for what uses it, or delete that"],
    [/NotFound/, "Run `pulumi refresh` to update the state"],
    [/AccessDenied/, "Allow the action to the credentials that run Pulumi"],
    [/Expired|Credential|Unrecognized/, "Renew the credentials"],
  ];
  const remedy = remedies.find(([pattern]) => pattern.test(name))?.[1] ?? "Fix the cause";
  const source = "$fault" in (error as Error) ? "Amazon Personalize returned" : "Cause";
  const sentence = message.replace(/\.?$/, ".");
  return new Error(`${label}: ${failure}. ${source}: ${name}: ${sentence} ${remedy}, then run Pulumi again.`);
}

/**
 * Creates the error of a resource that exists but is not ready. The engine stores it as created but
 * not initialised, so that the next `pulumi up` calls `update`, which continues to wait.
 * `properties` must contain the inputs that the provider was given, because they carry
 * `__provider`: without it a later `refresh` or `destroy` has no code to run. The engine prints
 * only `reasons`.
 */
export function initFailed(properties: { arn: string; __provider?: string }, message: string): Error {
  return Object.assign(new Error(message), {
    id: properties.arn,
    properties: { ...properties, unfinished: true },
    reasons: [message],
  });
}
