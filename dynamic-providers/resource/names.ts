/** The same text for equal values: keys in order, no white space, absent members left out. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, member: unknown) =>
      member && typeof member === "object" && !Array.isArray(member)
        ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
        : member,
    ) ?? ""
  );
}

/**
 * The name in the service: the stem, cut where needed, and a hash (32-bit FNV-1a, which tells versions of one
 * resource apart and guards nothing) of everything that replaces the resource when it changes. Personalize names are
 * unique per account and Region, so only this lets a replacement be made before what it replaces is deleted.
 * The same inputs give the same name: that is how the remains of an interrupted run are found.
 */
export function physicalName(stem: string, identity: object): string {
  let state = 0x811c9dc5;
  for (const unit of canonical(identity)) state = Math.imul(state ^ (unit.codePointAt(0) ?? 0), 0x01000193);
  return `${stem.slice(0, 54)}-${(state >>> 0).toString(16).padStart(8, "0")}`;
}
