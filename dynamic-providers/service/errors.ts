/** Whether the error is one of the service's exceptions with these names. */
export function isNamed(error: unknown, ...names: string[]): boolean {
  return names.includes((error as Error).name);
}

/** For `catch`: this value where the service no longer knows the thing; any other error goes on. */
export function ifGone<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (isNamed(error, "ResourceNotFoundException")) return value;
    throw error;
  };
}

/**
 * The error of a call that the service refused: resource, what happened, what the service said, what to do.
 * Such an error is passed on as it is when it comes by again.
 */
export function refused(who: string, happened: string, error: unknown): Error {
  const { name, message } = error as Error;
  if (message.startsWith(who)) return error as Error;
  const remedies: [RegExp, string][] = [
    [/Limit|TooMany/, "Delete what is no longer needed or ask AWS for a higher quota"],
    [/Invalid|Validation/, "Correct the input that the service names"],
    [/InUse/, "Wait for what uses it, or delete that"],
    [/NotFound/, "Run `pulumi refresh` to record what is gone"],
    [/AccessDenied/, "Allow the action to the credentials that run Pulumi"],
    [/Expired|Credential|Unrecognized/, "Renew the credentials"],
  ];
  const remedy = remedies.find(([pattern]) => pattern.test(name))?.[1] ?? "Mend the cause";
  const source = "$fault" in (error as Error) ? "Amazon Personalize said" : "Cause";
  const sentence = message.replace(/\.?$/, ".");
  return new Error(`${who}: ${happened}. ${source}: ${name}: ${sentence} ${remedy}, then run Pulumi again.`);
}

/**
 * The error of a resource that exists but is not ready. The engine keeps it as created but not initialised, so the
 * next `pulumi up` calls `update`, which waits on. `properties` must be made from the inputs that the provider was
 * given, because they carry `__provider`: without it a later `refresh` or `destroy` has no code to run.
 * The engine prints `reasons` only.
 */
export function halfMade(properties: { arn: string; __provider?: string }, message: string): Error {
  const { arn: id, __provider: code = "" } = properties;
  // Below this the code stays readable in the state.
  const packing = JSON.stringify(properties).length > 61_000 ? { __provider: packed(code) } : {};
  const state = { ...properties, ...packing, unfinished: true };
  return Object.assign(new Error(message), { id, properties: state, reasons: [message] });
}

/**
 * A shorter text that unpacks the code of a provider and runs it. The engine gets a half-made resource in the trailer of a
 * gRPC response. Node.js sends no more than 64 KiB of headers: with more the connection ends, and the resource is lost.
 */
function packed(text: string): string {
  const { deflateRawSync } = process.getBuiltinModule("node:zlib");
  const data = deflateRawSync(text).toString("base64");
  return (
    `exports.handler = () => {\n  const { inflateRawSync } = process.getBuiltinModule("node:zlib");\n` +
    `  module._compile(String(inflateRawSync(Buffer.from("${data}", "base64"))), "provider.js");\n` +
    "  return module.exports.handler();\n};\n"
  );
}
