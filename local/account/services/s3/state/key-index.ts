import { byBytes } from "./key-order";

/** The keys of a bucket in order, as of the last list: a list of a bucket has many pages. */
const sorted = new WeakMap<ReadonlyMap<string, unknown>, readonly string[]>();

/** Notes that a key has come or gone. */
export function noteChange(objects: ReadonlyMap<string, unknown>): void {
  sorted.delete(objects);
}

/** All keys in byte order. */
export function sortedKeys(objects: ReadonlyMap<string, unknown>): readonly string[] {
  const keys = sorted.get(objects) ?? [...objects.keys()].sort(byBytes);
  sorted.set(objects, keys);
  return keys;
}

/** The index of the first key that is not before `key`. */
export function firstFrom(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byBytes(keys[middle] ?? "", key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
