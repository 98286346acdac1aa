/** The limit of nearly every service for one resource (each service's guide: "Tag restrictions"). */
const mostTags = 50;

/** Adds tags to a resource, all or none. `tooMany` creates the service's error for more than 50 tags. */
export function addTags(
  tags: Map<string, string>,
  added: Iterable<readonly [key: string, value: string]>,
  tooMany: (limit: number) => Error,
): void {
  const merged = new Map([...tags, ...added]);
  if (merged.size > mostTags) throw tooMany(mostTags);
  for (const [key, value] of merged) tags.set(key, value);
}
