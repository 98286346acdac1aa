/** Returns the same text for equal values: keys sorted, no white space, absent members left out. */
export function toCanonicalJson(value: unknown): string {
  return (
    JSON.stringify(value, (_key, member: unknown) =>
      member && typeof member === "object" && !Array.isArray(member)
        ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
        : member,
    ) ?? ""
  );
}

/** The characters of a name before its hash, of the 63 that the service takes. */
export const longestStart = 54;

/**
 * Completes a name with a hash of everything that replaces the resource when it changes.
 * Personalize names are unique per account and Region, so a replacement needs another name to be
 * created before the old resource is deleted. The same inputs give the same name: that is how the
 * next run finds what an interrupted run left. The hash (32-bit FNV-1a) only distinguishes versions
 * of one resource; it is no protection.
 */
export function completeName(start: string, identity: object): string {
  let state = 0x811c9dc5;
  for (const unit of toCanonicalJson(identity)) state = Math.imul(state ^ (unit.codePointAt(0) ?? 0), 0x01000193);
  return `${start.slice(0, longestStart)}-${(state >>> 0).toString(16).padStart(8, "0")}`;
}

/** The pattern of IAM for a completed name with any hash. */
export const completePattern = (start: string): string => `${start.slice(0, longestStart)}-????????`;
