import type { ServiceName } from "./clients";
import { Fault } from "./fault";

/** A token that the account did not issue. Each service has its own error for it, which the host looks up. */
export class InvalidToken extends Error {}

/** Longer than the longest key of any listed resource. */
const longestToken = 8192;

/** One page of a list, in order of `keyOf`. A token contains the page's last key, so deletions in between do no harm. */
export function page<T>(
  items: Iterable<T>,
  keyOf: (item: T) => string,
  { token, limit }: { token: string | undefined; limit: number },
): { items: T[]; next: string | undefined } {
  const after = token === undefined ? undefined : readToken(token);
  const sorted = [...items].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter((item) => keyOf(item) > after);
  const given = rest.slice(0, limit);
  const last = given.at(-1);
  const more = rest.length > given.length && last !== undefined;
  return { items: given, next: more ? writeToken(keyOf(last)) : undefined };
}

const writeToken = (key: string) => Buffer.from(key, "utf8").toString("base64url");

function readToken(token: string): string {
  const key = token.length <= longestToken ? Buffer.from(token, "base64url").toString("utf8") : "";
  if (key === "" || writeToken(key) !== token) throw new InvalidToken();
  return key;
}

interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** The errors of the services with pages (error shapes of the service models; those of Logs are recorded). */
const refusals: Readonly<Partial<Record<ServiceName, Refusal>>> = {
  cloudwatch: { code: "InvalidNextToken", message: "The next token specified is invalid." },
  "cloudwatch-logs": { code: "InvalidParameterException", message: "The specified nextToken is invalid." },
  eventbridge: { code: "ValidationException", message: "The provided NextToken is not valid." },
  iam: { code: "ValidationError", message: "The specified value for marker is invalid." },
  kinesis: { code: "InvalidArgumentException", message: "The NextToken is invalid." },
  kms: { code: "InvalidMarkerException", message: "Could not deserialize marker" },
  lambda: { code: "InvalidParameterValueException", message: "Invalid value for Marker." },
  personalize: { code: "InvalidNextTokenException", message: "The token is not valid." },
  s3: { code: "InvalidArgument", message: "The continuation token provided is incorrect" },
  sfn: { code: "InvalidToken", message: "Invalid Token: 'Invalid token'" },
  sns: { code: "InvalidParameterException", message: "Invalid parameter: NextToken" },
  ssm: { code: "InvalidNextToken", message: "The specified token isn't valid." },
};

/** The service's error for a token that it did not issue. */
export function invalidTokenFault(service: ServiceName, code: string): Fault {
  const refusal = refusals[service] ?? { code, message: "The token is not valid." };
  return new Fault(refusal.code, refusal.message);
}
