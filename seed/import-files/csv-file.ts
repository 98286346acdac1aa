import { parse } from "csv-parse/sync";
import { allowsNull, toColumnKey } from "../../values/columns";
import { fieldsOf } from "./schema-fields";

/** A CSV file, parsed once: with large files parsing takes most of this program's time. */
export interface CsvFile {
  readonly rows: readonly string[][];
  /** Index of each column in a row, by the key of its name. */
  readonly position: ReadonlyMap<string, number>;
}

/** Reads a CSV text whose first row has the column names. */
export function readCsv(text: string): CsvFile {
  const rows: string[][] = parse(text, { relax_column_count: true, relax_quotes: true, bom: true });
  return { rows, position: new Map(rows[0]?.map((name, index) => [toColumnKey(name), index])) };
}

/** Returns the index of a column in a row; -1 when the file does not have it. */
export const placeOf = ({ position }: CsvFile, column: string): number => position.get(toColumnKey(column)) ?? -1;

export const isEmptyLine = (row: readonly string[]): boolean => row.length === 1 && row[0] === "";

/**
 * Returns the CSV text for the import: the schema's columns in the schema's order (Personalize's
 * guide requires both). Missing columns and cells get the value in `defaults`, by the key of the
 * column, and missing columns that may be null empty cells, because the import needs every column
 * of the schema. Other missing columns stay missing: the import names them.
 */
export function toSchemaColumns(file: CsvFile, schema: string, defaults: Readonly<Record<string, string>>): string {
  const columns = fieldsOf(schema)
    .map((field) => ({ ...field, place: placeOf(file, field.name), filler: defaults[toColumnKey(field.name)] ?? "" }))
    .filter((column) => column.place >= 0 || column.filler !== "" || allowsNull(column));
  const lines = file.rows.slice(1).map((row) => {
    if (isEmptyLine(row)) return "";
    return columns.map(({ place, filler }) => quoteCell(row[place] || filler)).join(",");
  });
  return `${[columns.map(({ name }) => name).join(","), ...lines].join("\n")}\n`;
}

/**
 * Ranks the items by the number of distinct users, as Personalize's Popularity-Count does, ties by
 * id. This is the first fallback list; the retraining replaces it by one from the model.
 */
export function rankItemsByUsers(file: CsvFile, most: number, without: ReadonlySet<string> = new Set()): string[] {
  const userPlace = placeOf(file, "USER_ID");
  const itemPlace = placeOf(file, "ITEM_ID");
  const users = new Map<string, Set<string>>();
  for (const row of file.rows.slice(1)) {
    const user = row[userPlace];
    const item = row[itemPlace];
    if (!user || !item || without.has(item)) continue;
    const seen = users.get(item);
    if (seen) seen.add(user);
    else users.set(item, new Set([user]));
  }
  return [...users]
    .sort(([a, usersOfA], [b, usersOfB]) => usersOfB.size - usersOfA.size || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([item]) => item);
}

export function quoteCell(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
