/**
 * The method of values that are not plain data: the name under which they are kept, and plain data that restores them.
 */
export const keptAs: unique symbol = Symbol("keptAs");

/**
 * The method of a value that never changes. It is written after the moment of the save; the bytes that this returns get a
 * separate file first, which is written once.
 */
export const keptLater: unique symbol = Symbol("keptLater");

/** A value with behaviour, such as a table with indexes, in the state of a service. */
export interface Kept {
  [keptAs](files: FileNames): readonly [name: string, data: unknown];
  [keptLater]?(): Iterable<Uint8Array> | undefined;
}

/** Knows the files of a state's large contents. */
export interface FileNames {
  /** The name of the file with the bytes of `value`, which is written already. */
  nameOf(value: object): string;
  /** Throws for a name that cannot be that of a content. */
  pathOf(name: string): string;
}

/** Finds the files again. */
export interface FileReader {
  /** Throws for a name that cannot be that of a content. */
  pathOf(name: string): string;
  /** `value` has the bytes of a file: they need not be written again. */
  note(value: { readonly size: number }, name: string): void;
}

/**
 * Collections of items that never change once they are in them, and that nothing else refers to. A save takes references
 * to the items in its one moment, and reads the items later: whatever a service has thousands of belongs in one.
 */
const ofFixedItems = new WeakSet<object>();

type Collection = readonly unknown[] | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>;

/** Says that a collection has only fixed items, now and later; `slice` and `filter` make another collection. */
export function fixedItems<C extends Collection>(collection: C): C {
  ofFixedItems.add(collection);
  return collection;
}

export const hasFixedItems = (collection: object): boolean => ofFixedItems.has(collection);

interface Restorer {
  /** `data` is not complete yet: an instance that contains other kept values gets them by `fill`. */
  make(data: unknown, files: FileReader): object;
  fill?(instance: object, data: unknown): void;
}

const restorers = new Map<string, Restorer>();

/** Registers how instances that are kept under a name are restored. Two steps, because an instance can contain itself. */
export function restoreKept<T extends object, D>(
  name: string,
  { make, fill }: { make(data: D, files: FileReader): T; fill?(instance: T, data: D): void },
): void {
  if (restorers.has(name)) throw new Error(`Two kinds of values are kept as ${name}. Choose another name.`);
  restorers.set(name, {
    make: (data, files) => make(data as D, files),
    ...(fill && { fill: (instance, data) => fill(instance as T, data as D) }),
  });
}

/** Throws for a name that no module registered. */
export function restorerOf(name: string): Restorer {
  const found = restorers.get(name);
  if (found) return found;
  throw new Error(`The kept state has a value of the kind ${name}, which this account does not know.`);
}

export const isKept = (value: object): value is Kept => keptAs in value;
