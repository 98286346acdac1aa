import type { AwsCredentialIdentity } from "@smithy/types";

/**
 * Credentials of machines and containers, which are renewed without a person (`$source`, of the
 * SDK's providers).
 */
const renewed = ["CREDENTIALS_IMDS", "CREDENTIALS_HTTP"];

type Credentials = AwsCredentialIdentity & { readonly $source?: Readonly<Record<string, unknown>> };

/** The time at which credentials end, if they end. */
export function findCredentialsEnd({
  expiration,
  sessionToken,
  $source = {},
}: Credentials): Date | "unknown" | undefined {
  if (sessionToken === undefined || renewed.some((source) => source in $source)) return undefined;
  return expiration ?? "unknown";
}

/** After its deadline a run removes everything, for an hour at most. */
const removalTakes = 60 * 60_000;

/** Says why credentials are too short for a run; undefined if they are not. */
export function refuseShortCredentials(
  end: Date | "unknown" | undefined,
  { now, minutes }: { readonly now: Date; readonly minutes: number },
): string | undefined {
  if (end === undefined) return undefined;
  const needed = new Date(now.getTime() + minutes * 60_000 + removalTakes);
  if (end !== "unknown" && end >= needed) return undefined;
  const problem =
    end === "unknown"
      ? "The credentials are temporary, and do not say when they end."
      : `The credentials end at ${end.toISOString()}.`;
  return `${problem} They must last until ${needed.toISOString()}: the deadline, and an hour to remove everything; otherwise what costs money would stay. Longer ones, one of:
  - a role whose MaxSessionDuration is long enough: duration_seconds in its profile, at most 43200, or aws sts assume-role --duration-seconds
  - IAM Identity Center: a longer session duration of the permission set, then sign in again
  - a shorter run: --stage 0 --only first-hour, or --deadline MINUTES
If they last long enough and only do not say so, set AWS_CREDENTIAL_EXPIRATION next to the keys.`;
}
