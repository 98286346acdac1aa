import { Fault } from "../../../endpoint/fault";
import { parseJsonText } from "../../../endpoint/json-text";

/**
 * One page of a list. `key` orders the items and stays with each of them, so that a token keeps its place while the list
 * grows. `limit` 0 or undefined: `standard`.
 */
export function pageOf<T>(
  items: readonly T[],
  key: (item: T) => number | string,
  { nextToken, limit, standard }: { nextToken?: string | undefined; limit?: number | undefined; standard: number },
): { page: T[]; nextToken?: string } {
  const size = limit || standard;
  const from = nextToken === undefined ? 0 : positionAfter(items, key, nextToken);
  const page = items.slice(from, from + size);
  const last = page.at(-1);
  if (last === undefined || from + size >= items.length) return { page };
  return { page, nextToken: Buffer.from(JSON.stringify(key(last))).toString("base64") };
}

function positionAfter<T>(items: readonly T[], key: (item: T) => number | string, token: string): number {
  let wanted: unknown;
  try {
    wanted = parseJsonText(Buffer.from(token, "base64").toString("utf8"));
  } catch {
    wanted = undefined;
  }
  const position = items.findIndex((item) => key(item) === wanted);
  if (position < 0) throw new Fault("InvalidToken", `Invalid Token: '${token}'`);
  return position + 1;
}
