import type { RecognisedColumns } from "../../seed/own-data/foreign-data";
import { splitLineItems } from "./line-items";

/** The cells of a row by the columns of the import. */
export type Cells = ReadonlyMap<string, string>;

/** Reads rows by the columns of the import. Rows of one order share what its first row says. */
export class RowReader {
  private readonly places: readonly (readonly [column: string, places: readonly number[]])[];
  private readonly lineItems: readonly number[];
  private readonly order: number;
  private before: { readonly order: string; readonly cells: Cells } = { order: "", cells: new Map() };

  constructor(
    private readonly recognised: RecognisedColumns,
    header: readonly string[],
  ) {
    const placesOf = (names: readonly string[]) => names.map((name) => header.indexOf(name));
    this.places = Array.from(recognised.columns, ([column, names]) => [column, placesOf(names)]);
    this.lineItems = placesOf(recognised.lineItems ?? []);
    this.order = recognised.order === undefined ? -1 : header.indexOf(recognised.order);
  }

  /** The rows of the import that a row stands for: more than one for a cell with several items. */
  read(row: readonly string[]): Cells[] {
    const cells = new Map(this.places.map(([column, places]) => [column, this.firstValue(column, row, places)]));
    if (this.order >= 0) this.completeOrder(row[this.order]?.trim() ?? "", cells);
    if (this.lineItems.length === 0) return [cells];
    const items = this.lineItems.flatMap((place) => splitLineItems(row[place]?.trim() ?? ""));
    return items.length === 0 ? [cells] : items.map((item) => new Map([...cells, ["ITEM_ID", item]]));
  }

  private firstValue(column: string, row: readonly string[], places: readonly number[]): string {
    for (const place of places) {
      const value = row[place]?.trim() ?? "";
      if (value !== "" && !(column === "USER_ID" && value === this.recognised.guest)) return value;
    }
    return "";
  }

  /** Exports write the customer and the date of an order in its first row only. */
  private completeOrder(order: string, cells: Map<string, string>): void {
    const ofOrder = ["USER_ID", "TIMESTAMP"];
    const isContinued =
      order === "" ? ofOrder.every((column) => cells.get(column) === "") : order === this.before.order;
    if (isContinued) {
      for (const column of ofOrder) {
        if (cells.get(column) === "") cells.set(column, this.before.cells.get(column) ?? "");
      }
    }
    this.before = { order: order === "" && isContinued ? this.before.order : order, cells: new Map(cells) };
  }
}
