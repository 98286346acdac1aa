import type { Field } from "../formats/avro-schema";
import { type Cell, Table } from "./table";

/** Rows with an id: items or users. A row with a known id replaces the old one. */
export class Records {
  readonly table: Table;
  readonly #rowOf = new Map<string, number>();
  #changes = 0;

  /** `idField`: the name of the column with the id. */
  constructor(
    fields: readonly Field[],
    readonly idField: string,
  ) {
    this.table = new Table(fields);
  }

  /** The ids, in order of their first arrival. */
  ids(): IterableIterator<string> {
    return this.#rowOf.keys();
  }
  get size(): number {
    return this.#rowOf.size;
  }
  /**
   * The number of writes and deletions so far: data derived from the rows are valid as long as this
   * has not changed.
   */
  get changes(): number {
    return this.#changes;
  }
  has(id: string): boolean {
    return this.#rowOf.has(id);
  }
  get(id: string, field: string): Cell {
    const row = this.#rowOf.get(id);
    return row === undefined ? undefined : this.table.get(row, field);
  }
  cells(id: string): Cell[] | undefined {
    const row = this.#rowOf.get(id);
    return row === undefined ? undefined : this.table.cells(row);
  }

  /** Cells in the order of the table's fields. */
  put(cells: readonly Cell[]): void {
    this.#changes++;
    const id = String(cells[this.table.fields.findIndex(({ name }) => name === this.idField)]);
    const row = this.#rowOf.get(id);
    if (row === undefined) this.#rowOf.set(id, this.table.append(cells));
    else this.table.write(row, cells);
  }
  putAll(other: Records): void {
    for (const id of other.ids()) this.put(this.table.fields.map(({ name }) => other.get(id, name)));
  }
  delete(id: string): boolean {
    this.#changes++;
    return this.#rowOf.delete(id);
  }
}

/**
 * Items or users as the service keeps them: bulk and individual records separately, since a FULL
 * import replaces only the bulk ones. A record that was put wins over a bulk one with the same id.
 */
export class RecordsData {
  bulk: Records;
  readonly streamed: Records;

  constructor(
    fields: readonly Field[],
    readonly idField: string,
  ) {
    this.bulk = new Records(fields, idField);
    this.streamed = new Records(fields, idField);
  }

  has(id: string): boolean {
    return this.streamed.has(id) || this.bulk.has(id);
  }
  get(id: string, field: string): Cell {
    return (this.streamed.has(id) ? this.streamed : this.bulk).get(id, field);
  }
  /** Every id once. */
  *ids(): IterableIterator<string> {
    yield* this.bulk.ids();
    for (const id of this.streamed.ids()) if (!this.bulk.has(id)) yield id;
  }
  extend(fields: readonly Field[]): void {
    this.bulk.table.extend(fields);
    this.streamed.table.extend(fields);
  }
}
