/** What nearly every service allows for one resource (each service's guide: "Tag restrictions"). */
const mostTags = 50;

/** Adds tags to those of a resource, all or none. `tooMany` makes the service's fault for more than 50 of them. */
export function addTags(
  tags: Map<string, string>,
  added: Iterable<readonly [key: string, value: string]>,
  tooMany: (limit: number) => Error,
): void {
  const merged = new Map([...tags, ...added]);
  if (merged.size > mostTags) throw tooMany(mostTags);
  for (const [key, value] of merged) tags.set(key, value);
}
