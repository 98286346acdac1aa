import { Fault } from "../../endpoint/fault";

/** One page of a sorted list, at most `limit` (default 100) items; the token is the last key of the page before. */
export function pageOf<T>(
  sorted: readonly T[],
  key: (item: T) => string,
  token: string | undefined,
  limit = 100,
): { page: T[]; NextToken?: string } {
  const after = token === undefined ? undefined : decoded(token);
  const rest = after === undefined ? sorted : sorted.filter((item) => key(item) > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  if (last === undefined || rest.length <= limit) return { page };
  return { page, NextToken: Buffer.from(key(last)).toString("base64") };
}

function decoded(token: string): string {
  const text = Buffer.from(token, "base64").toString("utf8");
  if (Buffer.from(text).toString("base64") === token) return text;
  throw new Fault("ValidationException", `Invalid token: ${token}`);
}
