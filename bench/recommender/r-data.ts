/**
 * Reads data frames from the lazy-load database of an R package (R Internals, "Serialization Formats"), with the parts of
 * the format that data frames need.
 */
import { readFileSync } from "node:fs";
import { gunzipSync, inflateSync } from "node:zlib";

/** A vector with its attributes; NA is `null`. */
export interface RVector {
  readonly values: readonly unknown[];
  readonly attributes: Readonly<Record<string, RVector>>;
}

/** Reads an object of `<path>.rdx` and `<path>.rdb`. @throws when it does not exist or has an unknown form */
export function readObject(path: string, name: string): RVector {
  const index = deserialise(decompress(readFileSync(`${path}.rdx`)));
  const variables = fieldsOf(index).variables;
  const place = variables && fieldsOf(variables)[name];
  if (!place) throw new Error(`${path}.rdx has no object ${name}.`);
  const [offset, length] = place.values as [number, number];
  const stored = readFileSync(`${path}.rdb`).subarray(offset, offset + length);
  // Four bytes of length, then zlib data; data of another compression begin with its letter.
  const content = stored.subarray(4);
  if (content[0] !== zlib) {
    throw new Error(
      `R data: ${name} is compressed by the method "${content.toString("latin1", 0, 1)}", which cannot be read.`,
    );
  }
  return deserialise(inflateSync(content));
}

/** The members of a list or the columns of a data frame, by name. */
export function fieldsOf({ values, attributes }: RVector): Record<string, RVector> {
  const names = attributes.names?.values ?? [];
  return Object.fromEntries(names.map((name, i) => [String(name), values[i] as RVector]));
}

/** A column's cells as texts; a factor's cells are its levels. */
export function textsOf({ values, attributes }: RVector): string[] {
  const levels = attributes.levels?.values;
  return values.map((value) => String(levels ? levels[Number(value) - 1] : value));
}

/** The first byte of zlib data. */
const zlib = 0x78;
const decompress = (bytes: Buffer): Buffer => (bytes[0] === 0x1f ? gunzipSync(bytes) : inflateSync(bytes));

const type = {
  symbol: 1,
  pairs: 2,
  environment: 4,
  text: 9,
  logical: 10,
  integer: 13,
  real: 14,
  strings: 16,
  list: 19,
  alternative: 238,
  reference: 255,
} as const;
/** Types without data: nothing, and the environments of every session. */
const constants: ReadonlySet<number> = new Set([254, 253, 252, 251, 247, 242, 241]);
const notAvailable = -(2 ** 31);

function deserialise(bytes: Buffer): RVector {
  return new Reader(bytes).readDocument();
}

const cannotRead = (what: string) => new Error(`R data: ${what} cannot be read.`);

/** Reads R's serialisation format in its XDR form, from the start of the bytes. */
class Reader {
  readonly #bytes: Buffer;
  readonly #references: unknown[] = [];
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  readDocument(): RVector {
    if (this.#bytes.toString("latin1", 0, 2) !== "X\n") throw new Error("R data: not in the XDR form.");
    this.#at = 2;
    const version = this.#readInt();
    this.#at += 8;
    if (version === 3) {
      const encodingLength = this.#readInt();
      this.#at += encodingLength;
    }
    return this.#readItem() as RVector;
  }

  #readInt(): number {
    this.#at += 4;
    return this.#bytes.readInt32BE(this.#at - 4);
  }

  #readReal(): number {
    this.#at += 8;
    return this.#bytes.readDoubleBE(this.#at - 8);
  }

  #readText(): string | null {
    const length = this.#readInt();
    if (length === -1) return null;
    this.#at += length;
    return this.#bytes.toString("utf8", this.#at - length, this.#at);
  }

  #readMany<T>(read: () => T): T[] {
    const length = this.#readInt();
    if (length < 0) throw cannotRead("a vector that long");
    const values: T[] = [];
    for (let i = 0; i < length; i++) values.push(read());
    return values;
  }

  #remember<T>(value: T): T {
    this.#references.push(value);
    return value;
  }

  #readItem(): unknown {
    const flags = this.#readInt();
    const kind = flags & 0xff;
    if (constants.has(kind)) return null;
    switch (kind) {
      case type.reference:
        return this.#references[(flags >> 8 || this.#readInt()) - 1];
      case type.symbol:
        return this.#remember(this.#readItem());
      case type.environment:
        return this.#readEnvironment();
      case type.pairs:
        return this.#readPairs(flags);
      case type.text:
        return this.#readText();
      case type.logical:
      case type.integer: {
        const values = this.#readMany(() => this.#readInt());
        return this.#readVector(
          values.map((value) => (value === notAvailable ? null : value)),
          flags,
        );
      }
      case type.real: {
        const values = this.#readMany(() => this.#readReal());
        return this.#readVector(values, flags);
      }
      case type.strings:
      case type.list: {
        const values = this.#readMany(() => this.#readItem());
        return this.#readVector(values, flags);
      }
      case type.alternative:
        return this.#readAlternative();
      default:
        throw cannotRead(`an object of type ${kind}`);
    }
  }

  #readEnvironment(): unknown {
    this.#readInt();
    const environment = this.#remember({});
    for (let i = 0; i < 4; i++) this.#readItem();
    return environment;
  }

  /** Adds the attributes behind a vector's values. */
  #readVector(values: readonly unknown[], flags: number): RVector {
    const attributes = flags & 0x200 ? (this.#readPairs(this.#readInt()) as Record<string, RVector>) : {};
    return { values, attributes };
  }

  /** A pair list as members by tag; without a tag by position. */
  #readPairs(first: number): Record<string, unknown> {
    const members: Record<string, unknown> = {};
    let flags = first;
    for (let n = 0; (flags & 0xff) === type.pairs; n++) {
      if (flags & 0x200) this.#readItem();
      const tag = flags & 0x400 ? String(this.#readItem()) : String(n);
      members[tag] = this.#readItem();
      flags = this.#readInt();
    }
    return members;
  }

  /** A vector in one of R's alternative forms: a sequence by its ends, or a wrapped or not yet converted vector. */
  #readAlternative(): RVector {
    const kind = String(this.#readPairs(this.#readInt())[0]);
    const state = this.#readItem();
    const attributes = (this.#readItem() ?? {}) as Record<string, RVector>;
    if (kind === "compact_intseq") {
      const [length = 0, first = 0, step = 0] = (state as RVector).values as number[];
      return { values: Array.from({ length }, (_, i) => first + i * step), attributes };
    }
    const [content] = "values" in (state as object) ? (state as RVector).values : Object.values(state as object);
    if (kind === "deferred_string") return { values: (content as RVector).values.map(String), attributes };
    if (kind.startsWith("wrap_")) {
      const inner = content as RVector;
      return { values: inner.values, attributes: { ...inner.attributes, ...attributes } };
    }
    throw cannotRead(`a vector of the form ${kind}`);
  }
}
