import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "node:zlib";

/**
 * A value of R as far as data sets need it. Attributes, such as a list's names or a factor's
 * levels, are values too.
 */
interface RValue {
  readonly numbers?: readonly number[];
  readonly texts?: readonly string[];
  readonly list?: readonly RValue[];
  attributes: ReadonlyMap<string, RValue>;
}

/**
 * Reads one table of an R package's data folder: `Rdata.rdx` says where in `Rdata.rdb` it is.
 * Returns its columns.
 * @throws when the package has no such table
 */
export function readRTable(folder: string, table: string): ReadonlyMap<string, RValue> {
  const variables = byName(new RReader(unzipSync(readFileSync(join(folder, "Rdata.rdx")))).read()).get("variables");
  const [offset, length] = (variables && byName(variables).get(table)?.numbers) ?? [];
  if (offset === undefined || length === undefined) throw new Error(`${folder} has no table ${table}.`);
  // The length of the plain data comes first, in four bytes.
  const packed = readFileSync(join(folder, "Rdata.rdb")).subarray(offset + 4, offset + length);
  return byName(new RReader(unzipSync(packed)).read());
}

const byName = ({ list = [], attributes }: RValue): ReadonlyMap<string, RValue> =>
  new Map((attributes.get("names")?.texts ?? []).map((name, k) => [name, list[k] ?? nothing]));

/** The texts of a column; of a factor those of its levels. */
export function textsOf({ texts, numbers = [], attributes }: RValue): readonly string[] {
  const levels = attributes.get("levels")?.texts;
  return texts ?? numbers.map((value) => (levels ? (levels[value - 1] ?? "") : String(value)));
}

const nothing: RValue = { attributes: new Map() };

/** Reads R's serialisation in its binary form ("R Internals", chapter "Serialization Formats"). */
class RReader {
  readonly #symbols: string[] = [];
  #at = 2;

  constructor(readonly data: Buffer) {
    const version = this.#int();
    this.#at += 8;
    // Version 3 names the encoding.
    if (version === 3) this.#text();
  }

  read(): RValue {
    const flags = this.#int();
    const type = flags & 0xff;
    const hasAttributes = (flags & 0x200) !== 0;
    if (type >= 0xf0) return nothing;
    if (type === 9) return { texts: [this.#text()], attributes: new Map() };
    const value = this.#vector(type);
    return { ...value, attributes: hasAttributes ? this.#pairs() : nothing.attributes };
  }

  #vector(type: number): Omit<RValue, "attributes"> {
    const many = <T>(one: () => T): T[] => Array.from({ length: this.#int() }, one);
    if (type === 10 || type === 13) return { numbers: many(() => this.#int()) };
    if (type === 14) return { numbers: many(() => this.#double()) };
    if (type === 16) return { texts: many(() => this.read().texts?.[0] ?? "") };
    if (type === 19) return { list: many(() => this.read()) };
    throw new Error(`R's type ${type} is not expected in a table.`);
  }

  /** A list of pairs: each has a symbol and a value. It ends with what is no pair. */
  #pairs(): ReadonlyMap<string, RValue> {
    const pairs = new Map<string, RValue>();
    while ((this.#int() & 0xff) === 2) pairs.set(this.#symbol(), this.read());
    return pairs;
  }

  /** A symbol is written once, then by its number. */
  #symbol(): string {
    const flags = this.#int();
    if ((flags & 0xff) === 0xff) return this.#symbols[(flags >> 8) - 1] ?? "";
    const symbol = this.read().texts?.[0] ?? "";
    this.#symbols.push(symbol);
    return symbol;
  }

  #text(): string {
    const length = Math.max(0, this.#int());
    this.#at += length;
    return this.data.toString("utf8", this.#at - length, this.#at);
  }

  #int(): number {
    this.#at += 4;
    return this.data.readInt32BE(this.#at - 4);
  }

  #double(): number {
    this.#at += 8;
    return this.data.readDoubleBE(this.#at - 8);
  }
}
