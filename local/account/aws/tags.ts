/**
 * The limit of nearly every service for one resource (each service's guide: "Tag restrictions").
 */
const mostTags = 50;

/**
 * Adds tags to a resource, all or none. `tooMany` creates the service's error for more than 50
 * tags.
 */
export function addTags(
  tags: Map<string, string>,
  added: Iterable<readonly [key: string, value: string]>,
  tooMany: (limit: number) => Error,
): void {
  const merged = new Map([...tags, ...added]);
  if (merged.size > mostTags) throw tooMany(mostTags);
  for (const [key, value] of merged) tags.set(key, value);
}

/** Removes tags from a resource. */
export function removeTags(tags: Map<string, string>, keys: Iterable<string> = []): void {
  for (const key of keys) tags.delete(key);
}

/** Tags as most services list them. */
export const listTags = (tags: Iterable<readonly [string, string]>) =>
  Array.from(tags, ([Key, Value]) => ({ Key, Value }));

/** A request's list of tags as pairs. */
export const readTagList = (
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = [],
) => tags.map(({ Key = "", Value = "" }) => [Key, Value] as const);
