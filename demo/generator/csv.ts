import { parse } from "csv-parse/sync";
import { quoteCell } from "../../seed/import-files/csv-file";
import type { GeneratedData } from "./generate";
import type { CatalogueItem } from "./world";

/** Reads the catalogue: a CSV text with the columns of the sample's `items.csv`, in any order. */
export function readCatalogue(text: string): CatalogueItem[] {
  const rows = parse<Record<string, string>>(text, { columns: true, skip_empty_lines: true });
  return rows.map((row, index) => {
    const cell = (column: string) => {
      const value = row[column];
      if (!value) throw new Error(`Catalogue, row ${index + 2}: ${column} is missing. Give every row all columns.`);
      return value;
    };
    return {
      itemId: cell("ITEM_ID"),
      type: cell("ANIMAL_TYPE"),
      age: cell("ANIMAL_AGE"),
      size: cell("ANIMAL_SIZE"),
      breed: cell("ANIMAL_BREED"),
      value: cell("ITEM_VALUE"),
    };
  });
}

const toCsv = (rows: Iterable<readonly (string | number)[]>): string =>
  Array.from(rows, (row) => `${row.map((cell) => quoteCell(String(cell))).join(",")}\n`).join("");

/** The text of `interactions.csv`. Columns that may be null are left out. */
export function interactionsCsv({ interactions }: GeneratedData): string {
  const header = ["USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE"];
  return toCsv([header, ...interactions.map((row) => [row.userId, row.itemId, row.timestamp, row.eventType])]);
}

/** The text of `items.csv`, with the columns in the order of `items.schema.json`. */
export function itemsCsv({ items }: GeneratedData): string {
  const header = [
    "ITEM_ID",
    "ANIMAL_TYPE",
    "ANIMAL_AGE",
    "ANIMAL_SIZE",
    "ANIMAL_BREED",
    "ITEM_VALUE",
    "CREATION_TIMESTAMP",
    "STATUS",
  ];
  return toCsv([
    header,
    ...items.map((row) => [
      row.itemId,
      row.type,
      row.age,
      row.size,
      row.breed,
      row.value,
      row.creationTimestamp,
      row.status,
    ]),
  ]);
}
