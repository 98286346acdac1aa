/**
 * Names that objects inherit, or that change what they inherit: a user may give them to anything.
 */
export const inheritedNames = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
] as const;

const prototypes = [Object, Array, Function, String, Number, Boolean].map(({ prototype }) => prototype as object);
const describePrototypes = () =>
  prototypes.map((prototype) => Object.entries(Object.getOwnPropertyDescriptors(prototype)));
const before = describePrototypes();

/** The members that were added to the prototypes of this process, or changed. */
export function changedPrototypes(): string[] {
  return describePrototypes().flatMap((members, i) => {
    const known = new Map(before[i]);
    return members.filter(([name, { value }]) => known.get(name)?.value !== value).map(([name]) => name);
  });
}
