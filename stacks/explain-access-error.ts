// Errors that stop every call of AWS, explained. Commands use this file too, so it imports nothing:
// not the SDK, not Pulumi.

/**
 * What stops every call, by names, codes and texts of the SDK's and the services' errors, and the
 * remedy.
 */
const causes: readonly [error: RegExp, what: string, remedy: string][] = [
  [
    /(Credentials|Token)ProviderError/,
    "There are no AWS credentials",
    "Sign in and name the profile: AWS_PROFILE=<profile>.",
  ],
  [
    /^(ExpiredToken|RequestExpired|TokenRefresh)/,
    "The AWS credentials have expired",
    "Sign in again, or set new keys.",
  ],
  [
    /^(InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|AuthFailure|(Incomplete|Invalid)?Signature)/,
    "AWS does not accept the credentials",
    "Check the keys or the profile, that the Region is enabled in the account, and the clock of this machine. IAM takes no keys of `aws sts get-session-token` without MFA.",
  ],
  [
    /^(AccessDenied|UnauthorizedOperation|AuthorizationError)/,
    "The AWS credentials lack a permission",
    "Use others, or add it: docs/deploy.md and docs/permissions.md list those of deployments and of commands.",
  ],
  [
    /Region is missing/,
    "No Region is set",
    "Set aws:region in the stack's configuration, or the environment variable AWS_REGION.",
  ],
  [
    /ENOTFOUND|EAI_AGAIN|RegionDisabled|TimeoutError/,
    "The Region does not answer",
    "Check that aws:region, or AWS_REGION, has the service, and the network.",
  ],
];

/**
 * Explains in one sentence, with one remedy, an error that stops every call; undefined for other
 * errors.
 */
export function explainAccessError(error: unknown): string | undefined {
  const { name, message } = error as Error;
  const [, what, remedy] = causes.find(([pattern]) => pattern.test(`${name}: ${message}`)) ?? [];
  // Its text may be an explanation already.
  if (what === undefined || message.startsWith(`${what}: `)) return undefined;
  return `${what}: ${message.replace(/\.$/, "")}. ${remedy}`;
}
