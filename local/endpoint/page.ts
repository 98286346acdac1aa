/** One page of a listing, in order of `keyOf`. A token names the last key given out, so deletions in between do no harm. */
export function page<T>(
  items: Iterable<T>,
  keyOf: (item: T) => string,
  { token, limit }: { token: string | undefined; limit: number },
): { items: T[]; next: string | undefined } {
  const after = token === undefined ? undefined : Buffer.from(token, "base64url").toString("utf8");
  const sorted = [...items].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter((item) => keyOf(item) > after);
  const given = rest.slice(0, limit);
  const last = given.at(-1);
  const more = rest.length > given.length && last !== undefined;
  return { items: given, next: more ? Buffer.from(keyOf(last), "utf8").toString("base64url") : undefined };
}
