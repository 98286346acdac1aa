import type { ItemTable } from "./types";

/** One categorical column of the items: the values of every item as codes, item by item. */
export interface Column {
  readonly name: string;
  /** The values by code; the missing value is the empty text. */
  readonly values: readonly string[];
  /**
   * Item i has the codes from `start[i]` to `start[i + 1]`, each with weight 1 / their number.
   * Never empty.
   */
  readonly start: Int32Array;
  readonly codes: Int32Array;
}

/**
 * Codes the categorical columns for the items in index order. An item without a value, or without a
 * row, gets a separate value: without one its share of the values would be 0 of 0. A column
 * with only one value carries no information and is left out.
 */
export function codeColumns(itemIds: readonly string[], table: ItemTable): Column[] {
  const rowOf = new Map(table.itemIds.map((itemId, row) => [itemId, row]));
  return Object.entries(table.categorical)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, cells]) => {
      return codeColumn(
        name,
        itemIds.map((itemId) => valuesOf(cells[rowOf.get(itemId) ?? -1])),
      );
    })
    .filter((column) => column.values.length > 1);
}

const valuesOf = (cell: string | undefined): string[] => {
  const values = [...new Set((cell ?? "").split("|").filter((value) => value !== ""))];
  return values.length > 0 ? values : [""];
};

function codeColumn(name: string, valuesByItem: readonly (readonly string[])[]): Column {
  const values = [...new Set(valuesByItem.flat())].sort();
  const codeOf = new Map(values.map((value, code) => [value, code]));
  const start = new Int32Array(valuesByItem.length + 1);
  valuesByItem.forEach((own, item) => {
    start[item + 1] = (start[item] ?? 0) + own.length;
  });
  return { name, values, start, codes: Int32Array.from(valuesByItem.flat(), (value) => codeOf.get(value) ?? 0) };
}
