import type { RecognisedColumns } from "../../seed/own-data/foreign-data";

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

/**
 * The items of a cell that has all items of an order, as exports of WooCommerce write them:
 * `id:7|name:Bowl|product_id:12|sku:B-1|quantity:2;id:8|…` and `1× Bowl, 2× Mug`.
 */
function splitLineItems(cell: string): string[] {
  if (cell.includes("|")) return cell.split(/;(?=\s*\w+:)/).flatMap((item) => nameItem(item) ?? []);
  return cell
    .split(/,\s*(?=\d+×\s)/u)
    .map((item) => item.replace(/^\d+×\s*/u, "").trim())
    .filter((item) => item !== "");
}

function nameItem(text: string): string | undefined {
  const fields = new Map(
    text.split("|").map((field) => {
      const colon = field.indexOf(":");
      return [field.slice(0, colon).trim(), field.slice(colon + 1).trim()] as const;
    }),
  );
  return ["sku", "product_id", "name"]
    .map((name) => fields.get(name))
    .find((value) => value !== undefined && value !== "");
}
