/** The method of values that are no plain data: the name under which they are kept, and plain data that restores them. */
export const keptAs: unique symbol = Symbol("keptAs");

/** A value with behaviour, such as a table with indexes, in the state of a service. */
export interface Kept {
  [keptAs](files: FileWriter): readonly [name: string, data: unknown];
}

/** Writes what is too large for the one file of the state. */
export interface FileWriter {
  /** Returns the name of the file with these bytes. `id` identifies the bytes: those of a known one are not read again. */
  write(id: object, pieces: () => Iterable<Uint8Array>): string;
  pathOf(name: string): string;
}

/** Finds the files again. */
export interface FileReader {
  pathOf(name: string): string;
  /** `id` has the bytes of a file: they need not be written again. */
  note(id: object, name: string): void;
}

interface Restorer {
  /** `data` is not restored yet: an instance that contains other kept values gets them by `fill`. */
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
