/**
 * Reads data frames from the lazy-load database of an R package (R Internals, "Serialization Formats"): as much of the
 * format as data need, written from its description.
 */
import { readFileSync } from "node:fs";
import { gunzipSync, inflateSync } from "node:zlib";

/** A vector with its attributes; `null` stands for NA. */
export interface RVector {
  readonly values: readonly unknown[];
  readonly attributes: Readonly<Record<string, RVector>>;
}

/** One object of `<path>.rdx` and `<path>.rdb`, by its name. @throws when it is not there or not in a known form */
export function readObject(path: string, name: string): RVector {
  const index = deserialise(decompressed(readFileSync(`${path}.rdx`)));
  const variables = fieldsOf(index).variables;
  const place = variables && fieldsOf(variables)[name];
  if (!place) throw new Error(`${path}.rdx has no object ${name}.`);
  const [offset, length] = place.values as [number, number];
  const stored = readFileSync(`${path}.rdb`).subarray(offset, offset + length);
  // Four bytes of length, then zlib data; before those of any other compression stands its letter.
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

/** A column's cells as texts; those of a factor by their level. */
export function textsOf({ values, attributes }: RVector): string[] {
  const levels = attributes.levels?.values;
  return values.map((value) => String(levels ? levels[Number(value) - 1] : value));
}

/** The first byte of what zlib wrote. */
const zlib = 0x78;
const decompressed = (bytes: Buffer): Buffer => (bytes[0] === 0x1f ? gunzipSync(bytes) : inflateSync(bytes));

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
/** Nothing, and the environments that every session has. */
const constants: ReadonlySet<number> = new Set([254, 253, 252, 251, 247, 242, 241]);
const notAvailable = -(2 ** 31);

function deserialise(bytes: Buffer): RVector {
  let at = 0;
  const int = () => {
    at += 4;
    return bytes.readInt32BE(at - 4);
  };
  const real = () => {
    at += 8;
    return bytes.readDoubleBE(at - 8);
  };
  const many = <T>(read: () => T): T[] => {
    const length = int();
    if (length < 0) throw new Error("R data: a vector that long cannot be read.");
    const values: T[] = [];
    for (let i = 0; i < length; i++) values.push(read());
    return values;
  };
  const references: unknown[] = [];
  const remembered = <T>(value: T): T => {
    references.push(value);
    return value;
  };

  /** A pair list as members by tag; without a tag by position. */
  const pairs = (first: number): Record<string, unknown> => {
    const members: Record<string, unknown> = {};
    let flags = first;
    for (let n = 0; (flags & 0xff) === type.pairs; n++) {
      if (flags & 0x200) item();
      const tag = flags & 0x400 ? String(item()) : String(n);
      members[tag] = item();
      flags = int();
    }
    return members;
  };
  const vector = (values: readonly unknown[], flags: number): RVector => ({
    values,
    attributes: flags & 0x200 ? (pairs(int()) as Record<string, RVector>) : {},
  });
  const text = (): string | null => {
    const length = int();
    if (length === -1) return null;
    at += length;
    return bytes.toString("utf8", at - length, at);
  };
  /** Vectors that R keeps in another form: sequences by their ends, wrapped and not yet converted ones by their content. */
  const alternative = (): RVector => {
    const kind = String(pairs(int())[0]);
    const state = item();
    const attributes = (item() ?? {}) as Record<string, RVector>;
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
    throw new Error(`R data: a vector of the form ${kind} cannot be read.`);
  };
  const item = (): unknown => {
    const flags = int();
    const kind = flags & 0xff;
    if (constants.has(kind)) return null;
    switch (kind) {
      case type.reference:
        return references[(flags >> 8 || int()) - 1];
      case type.symbol:
        return remembered(item());
      case type.environment: {
        int();
        const environment = remembered({});
        for (let i = 0; i < 4; i++) item();
        return environment;
      }
      case type.pairs:
        return pairs(flags);
      case type.text:
        return text();
      case type.logical:
      case type.integer:
        return vector(
          many(() => {
            const value = int();
            return value === notAvailable ? null : value;
          }),
          flags,
        );
      case type.real:
        return vector(many(real), flags);
      case type.strings:
      case type.list:
        return vector(many(item), flags);
      case type.alternative:
        return alternative();
      default:
        throw new Error(`R data: an object of type ${kind} cannot be read.`);
    }
  };

  if (bytes.toString("latin1", 0, 2) !== "X\n") throw new Error("R data: not in the XDR form.");
  at = 2;
  const version = int();
  at += 8;
  if (version === 3) {
    const encoding = int();
    at += encoding;
  }
  return item() as RVector;
}
