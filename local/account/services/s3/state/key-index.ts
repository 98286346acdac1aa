import { sortInTurns, takeTurns } from "../../../host/turns";
import { beyondBasic, byBytes, byUnits } from "./key-order";

/** The keys of a bucket in order, as of the last list, and those that were written or deleted since. */
interface KeyIndex {
  keys: string[];
  readonly changed: Set<string>;
  /** One list at a time brings the index up to date. */
  updated: Promise<void>;
}

const indexes = new WeakMap<ReadonlyMap<string, unknown>, KeyIndex>();

/** With more changes, sorting all keys is quicker than moving them for each change. */
const mostChanges = 1_000;

/** Notes that a key has come or gone. */
export function noteKey(objects: ReadonlyMap<string, unknown>, key: string): void {
  const index = indexes.get(objects);
  if (!index) return;
  index.changed.add(key);
  if (index.changed.size > mostChanges) indexes.delete(objects);
}

/**
 * All keys in byte order. A list of a bucket has many pages, and sorting a million keys for each of them would take
 * minutes: the order is kept between lists.
 */
export async function sortedKeys(objects: ReadonlyMap<string, unknown>): Promise<readonly string[]> {
  const index = indexes.get(objects) ?? createIndex(objects);
  indexes.set(objects, index);
  index.updated = index.updated.then(() => update(index, objects));
  await index.updated;
  return index.keys;
}

function createIndex(objects: ReadonlyMap<string, unknown>): KeyIndex {
  const index: KeyIndex = { keys: [], changed: new Set(), updated: Promise.resolve() };
  index.updated = sortKeys([...objects.keys()]).then((keys) => {
    index.keys = keys;
  });
  return index;
}

const sortKeys = (keys: string[]) => sortInTurns(keys, keys.some((key) => beyondBasic.test(key)) ? byBytes : byUnits);

async function update(index: KeyIndex, objects: ReadonlyMap<string, unknown>): Promise<void> {
  const changed = [...index.changed];
  index.changed.clear();
  // A list that runs now keeps its own keys.
  if (changed.length > 0) index.keys = [...index.keys];
  const nextTurn = takeTurns();
  for (const key of changed) {
    const at = firstFrom(index.keys, key);
    const isKnown = index.keys[at] === key;
    if (isKnown && !objects.has(key)) index.keys.splice(at, 1);
    else if (!isKnown && objects.has(key)) index.keys.splice(at, 0, key);
    await nextTurn();
  }
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
