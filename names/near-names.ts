import { distance } from "fastest-levenshtein";

/**
 * Finds the name that was meant by one that does not exist: much like it, and more than each other
 * one.
 */
export function findNear(name: string, names: readonly string[]): string | undefined {
  const compare = (other: string) => distance(name.toLowerCase(), other.toLowerCase());
  const [first = "", second] = [...new Set(names)].sort((one, other) => compare(one) - compare(other));
  const changes = compare(first);
  const isNear = changes <= Math.max(2, first.length / 3) && changes * 2 <= Math.min(name.length, first.length);
  return isNear && first !== "" && (second === undefined || compare(second) > changes) ? first : undefined;
}

/** Says which name was probably meant. */
export function suggest(name: string, names: readonly string[]): string {
  const near = findNear(name, names);
  return near === undefined ? "" : `; did you mean ${near}?`;
}
