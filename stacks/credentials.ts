// One check of the way to AWS, before each resource would fail in its own words.
import { getRegion } from "@pulumi/aws/getRegion";
import * as pulumi from "@pulumi/pulumi";
import { type Access, fetchAccount, readAccess } from "../dynamic-providers/service/access";

/** What stops every call, by names, codes and texts of the SDK's and the services' errors, and the way out. */
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
    "Use others, or add it: docs/operations.md lists the permissions of deployments and commands.",
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

/** Explains in one sentence, with one remedy, an error that stops every call; undefined for other errors. */
export function explainCause(error: unknown): string | undefined {
  const { name, message } = error as Error;
  const [, what, remedy] = causes.find(([pattern]) => pattern.test(`${name}: ${message}`)) ?? [];
  return what && `${what}: ${message.replace(/\.$/, "")}. ${remedy}`;
}

/** Reads the `aws:` keys of the stack; `check` throws what is wrong with them. Undefined where the stack wants no check. */
export function openAccess() {
  const keys = new Map(Object.entries(pulumi.runtime.allConfig()));
  if (keys.get("aws:skipCredentialsValidation") === "true") return undefined;
  const access = readAccess((key) => keys.get(key));
  const check = () => {
    if (access.problem !== undefined) throw new Error(access.problem);
  };
  return { access, check };
}

/** Throws when AWS cannot be used with the credentials and the Region of the stack, or the aws provider with its keys. */
export async function requireCredentials({ access }: { access: Access }): Promise<void> {
  await fetchAccount(access).catch((error: Error) => {
    throw new pulumi.RunError(explainCause(error) ?? `AWS cannot be used: ${error.message}`);
  });
  await getRegion({}).catch((error: Error) => {
    throw new pulumi.RunError(`The aws provider cannot be used: ${error.message}`);
  });
}
