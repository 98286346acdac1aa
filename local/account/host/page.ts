import { Fault } from "../aws/fault";
import type { ServiceName } from "../model/clients";

/**
 * A token that the account did not issue. Each service has its own error for it, which the host
 * looks up.
 */
export class InvalidToken extends Error {}

/** Longer than the longest key of any listed resource. */
const longestToken = 8192;

interface PageRequest {
  readonly token: string | undefined;
  readonly limit: number;
}

interface Page<T> {
  readonly items: T[];
  /** The token of the next page; undefined if this is the last one. */
  readonly next: string | undefined;
}

/**
 * One page of a list, in order of `keyOf`. A token contains the page's last key, so deletions in
 * between do no harm.
 */
export function page<T>(items: Iterable<T>, keyOf: (item: T) => string, { token, limit }: PageRequest): Page<T> {
  const after = token === undefined ? undefined : readToken(token);
  const sorted = [...items].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter((item) => keyOf(item) > after);
  return takePage(rest, keyOf, limit);
}

/**
 * One page of a list in the order that it has, newest first, for example. `keyOf` is unique and
 * stays with an item, so that a token keeps its place when the list grows; the token of an item
 * that was deleted is not valid.
 */
export function pageInOrder<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { token, limit }: PageRequest,
): Page<T> {
  if (token === undefined) return takePage(items, keyOf, limit);
  const last = readToken(token);
  const position = items.findIndex((item) => keyOf(item) === last);
  if (position === -1) throw new InvalidToken();
  return takePage(items.slice(position + 1), keyOf, limit);
}

function takePage<T>(rest: readonly T[], keyOf: (item: T) => string, limit: number): Page<T> {
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  const more = rest.length > items.length && last !== undefined;
  return { items, next: more ? writeToken(keyOf(last)) : undefined };
}

/**
 * A token with a key. For lists whose pages are not cut by the number of items alone, or whose
 * token names the list.
 */
export const writeToken = (key: string) => Buffer.from(key, "utf8").toString("base64url");

/** Returns the key in a token. Throws InvalidToken. */
export function readToken(token: string): string {
  const key = token.length <= longestToken ? Buffer.from(token, "base64url").toString("utf8") : "";
  if (key === "" || writeToken(key) !== token) throw new InvalidToken();
  return key;
}

interface Refusal {
  readonly code: string;
  readonly message: string;
}

const badValue = { code: "InvalidParameterValueException", message: "The value of NextToken is not valid." };

/**
 * The errors of the services with pages, and of operations that have another one (error shapes of
 * the service models; those of Logs are recorded).
 */
const refusals: Readonly<Partial<Record<ServiceName | `${ServiceName} ${string}`, Refusal>>> = {
  cloudwatch: { code: "InvalidNextToken", message: "The next token specified is invalid." },
  "cloudwatch ListDashboards": badValue,
  "cloudwatch ListMetrics": badValue,
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

/** The error of a service's operation for a token that it did not issue. */
export function invalidTokenFault(service: ServiceName, operation: string, code: string): Fault {
  const refusal = refusals[`${service} ${operation}`] ??
    refusals[service] ?? { code, message: "The token is not valid." };
  return new Fault(refusal.code, refusal.message);
}
