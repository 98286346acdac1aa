import type { Field } from "../formats/avro-schema";

/** A missing value is `undefined`. */
export type Cell = string | number | undefined;

interface Column {
  get(row: number): Cell;
  set(row: number, cell: Cell): void;
}

const missing = -1;
/** Chunks of some thousand rows: a growing column is never copied. */
const chunkBits = 12;
const chunkRows = 2 ** chunkBits;

/** Numbers by row, in typed arrays. */
class Cells<A extends Int32Array | Float64Array> {
  readonly #makeChunk: (rows: number) => A;
  readonly #chunks: A[] = [];

  constructor(makeChunk: (rows: number) => A) {
    this.#makeChunk = makeChunk;
  }

  get(row: number): number | undefined {
    return this.#chunks[row >>> chunkBits]?.[row & (chunkRows - 1)];
  }
  set(row: number, value: number): void {
    const at = row >>> chunkBits;
    while (this.#chunks.length <= at) this.#chunks.push(this.#makeChunk(chunkRows));
    const chunk = this.#chunks[at];
    if (chunk) chunk[row & (chunkRows - 1)] = value;
  }
}

/** Texts as codes: a million rows of a thousand users need a thousand texts. */
export class TextColumn implements Column {
  readonly #codes = new Cells((rows) => new Int32Array(rows));
  readonly #values: string[] = [];
  readonly #codeOf = new Map<string, number>();

  /** The different texts, in the order of their codes. */
  texts(): readonly string[] {
    return this.#values;
  }
  /** The number of different texts; codes run from 0. */
  get size(): number {
    return this.#values.length;
  }

  code(row: number): number {
    return this.#codes.get(row) ?? missing;
  }
  codeOf(text: string): number | undefined {
    return this.#codeOf.get(text);
  }
  text(code: number): string | undefined {
    return this.#values[code];
  }
  get(row: number): string | undefined {
    return this.#values[this.code(row)];
  }

  set(row: number, cell: Cell): void {
    this.#codes.set(row, cell === undefined ? missing : this.#intern(String(cell)));
  }

  #intern(text: string): number {
    const known = this.#codeOf.get(text);
    if (known !== undefined) return known;
    const code = this.#values.push(text) - 1;
    this.#codeOf.set(text, code);
    return code;
  }
}

/** Numbers; NaN is a missing one, since no column contains NaN as a value. */
export class NumberColumn implements Column {
  readonly #values = new Cells((rows) => new Float64Array(rows));

  value(row: number): number {
    return this.#values.get(row) ?? Number.NaN;
  }
  get(row: number): number | undefined {
    const value = this.value(row);
    return Number.isNaN(value) ? undefined : value;
  }
  set(row: number, cell: Cell): void {
    this.#values.set(row, cell === undefined ? Number.NaN : Number(cell));
  }
}

/** Rows of one dataset, kept as columns. Booleans are texts, as in a CSV file. */
export class Table {
  #length = 0;
  #fields: readonly Field[];
  readonly #columns = new Map<string, TextColumn | NumberColumn>();

  constructor(fields: readonly Field[]) {
    this.#fields = fields;
    for (const field of fields) this.#columns.set(field.name, emptyColumn(field));
  }

  get length(): number {
    return this.#length;
  }
  get fields(): readonly Field[] {
    return this.#fields;
  }

  /** The column of that name, if its values are texts. */
  text(name: string): TextColumn | undefined {
    const column = this.#columns.get(name);
    return column instanceof TextColumn ? column : undefined;
  }
  /** The column of that name, if its values are numbers. */
  number(name: string): NumberColumn | undefined {
    const column = this.#columns.get(name);
    return column instanceof NumberColumn ? column : undefined;
  }
  get(row: number, name: string): Cell {
    return this.#columns.get(name)?.get(row);
  }
  set(row: number, name: string, cell: Cell): void {
    this.#columns.get(name)?.set(row, cell);
  }

  /** Cells in the order of `fields`. Returns the row's number. */
  append(cells: readonly Cell[]): number {
    const row = this.#length++;
    this.write(row, cells);
    return row;
  }
  write(row: number, cells: readonly Cell[]): void {
    this.#fields.forEach(({ name }, i) => {
      this.#columns.get(name)?.set(row, cells[i]);
    });
  }
  cells(row: number): Cell[] {
    return this.#fields.map(({ name }) => this.get(row, name));
  }
  appendAll(other: Table): void {
    for (let row = 0; row < other.length; row++) this.append(this.#fields.map(({ name }) => other.get(row, name)));
  }

  /** Adds the columns of a newer schema; their values are missing in existing rows. */
  extend(fields: readonly Field[]): void {
    for (const field of fields) {
      if (this.#columns.has(field.name)) continue;
      const column = emptyColumn(field);
      for (let row = 0; row < this.#length; row++) column.set(row, undefined);
      this.#columns.set(field.name, column);
    }
    this.#fields = fields;
  }
}

const isText = ({ type }: Field) => type === "string" || type === "boolean";
const emptyColumn = (field: Field) => (isText(field) ? new TextColumn() : new NumberColumn());
