/** The keys of plain objects, in their order; as a token, an object begins, and its values follow. */
export class Shape {
  /** True if the object has no prototype. */
  readonly bare: boolean;
  readonly keys: readonly string[];

  constructor(keys: readonly string[], bare: boolean) {
    this.keys = keys;
    this.bare = bare;
  }
}

/** The items of a collection that never change: they are read when the tape is written. */
export class Items {
  /** The keys of a map. */
  readonly keys: readonly unknown[] | undefined;
  readonly kind: "list" | "map" | "set";
  readonly values: readonly unknown[];

  constructor(kind: Items["kind"], values: readonly unknown[], keys?: readonly unknown[]) {
    this.kind = kind;
    this.values = values;
    this.keys = keys;
  }

  /** Values, or keys and values in turn. */
  at(index: number): unknown {
    if (!this.keys) return this.values[index];
    return (index % 2 === 0 ? this.keys : this.values)[index >>> 1];
  }
  get length(): number {
    return this.keys ? 2 * this.values.length : this.values.length;
  }
}

/** An instance that never changes: what it consists of is asked for when the tape is written. */
export class Later {
  constructor(readonly value: object) {}
}

/** An object that was captured before: its index in its part, and the part's name if it is another one. */
export class Again {
  constructor(
    readonly index: number,
    readonly part: string | undefined,
  ) {}
}

/** Tokens after which others follow: a time; a name and data; a count and items, or keys and values. */
export const token = {
  date: Object.freeze({ means: "date" }),
  kept: Object.freeze({ means: "kept" }),
  list: Object.freeze({ means: "list" }),
  map: Object.freeze({ means: "map" }),
  set: Object.freeze({ means: "set" }),
} as const;

/** Tokens in one array, which is never copied when the tape grows. */
const chunkSize = 8_192;

/**
 * A part of the state at one moment: primitive values as they are, bytes (which are never written to), and the tokens
 * above. A tape refers to nothing that can change, so it can be written while the services keep running.
 */
export class Tape {
  readonly #chunks: unknown[][] = [];
  #last: unknown[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: unknown): void {
    if (this.#length % chunkSize === 0) {
      // The array of a tape that was cleared is used again.
      if (this.#length === 0) this.#last.length = 0;
      else this.#last = [];
      this.#chunks.push(this.#last);
    }
    this.#last.push(value);
    this.#length++;
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#length = 0;
  }

  at(index: number): unknown {
    return this.#chunks[Math.floor(index / chunkSize)]?.[index % chunkSize];
  }

  /** Compares two tapes; yields after some thousand tokens or items, so that other work can continue. */
  *equals(other: Tape): Generator<void, boolean> {
    if (this.#length !== other.#length) return false;
    for (const [i, chunk] of this.#chunks.entries()) {
      const others = other.#chunks[i] ?? [];
      for (const [j, mine] of chunk.entries()) {
        if (Object.is(mine, others[j])) continue;
        if (!(yield* areEqual(mine, others[j]))) return false;
      }
      yield;
    }
    return true;
  }
}

function* areEqual(one: unknown, other: unknown): Generator<void, boolean> {
  if (one instanceof Shape && other instanceof Shape) {
    return one.bare === other.bare && (yield* areSame(one.keys, other.keys));
  }
  if (one instanceof Items && other instanceof Items) {
    if (one.kind !== other.kind || !(yield* areSame(one.values, other.values))) return false;
    return yield* areSame(one.keys ?? [], other.keys ?? []);
  }
  if (one instanceof Later && other instanceof Later) return one.value === other.value;
  if (one instanceof Again && other instanceof Again) return one.index === other.index && one.part === other.part;
  return false;
}

function* areSame(some: readonly unknown[], others: readonly unknown[]): Generator<void, boolean> {
  if (some.length !== others.length) return false;
  for (let i = 0; i < some.length; i++) {
    if (!Object.is(some[i], others[i])) return false;
    if (i % chunkSize === chunkSize - 1) yield;
  }
  return true;
}
