import { parse } from "csv-parse/sync";
import { allowsNull, toColumnKey } from "../../functions/ingestion/columns";
import { fieldsOf } from "./schema-fields";

/** Values for columns that may be missing in the file, by column. */
type Defaults = Readonly<Record<string, string>>;

/** A CSV file, parsed once: with large files parsing takes most of this program's time. */
export interface CsvFile {
  /** As the file has it; absent when the import must not get it so, because the rows have other values. */
  readonly text: string | undefined;
  readonly rows: readonly string[][];
  /** Index of each column in a row, by the key of its name. */
  readonly position: ReadonlyMap<string, number>;
}

/** Reads a CSV text whose first row has the column names. The import would read a byte order mark as a part of a name. */
export function readCsv(text: string): CsvFile {
  const rows: string[][] = parse(text, { relax_column_count: true, relax_quotes: true, bom: true });
  const position = new Map(rows[0]?.map((name, index) => [toColumnKey(name), index]));
  return { text: text.startsWith("\ufeff") ? undefined : text, rows, position };
}

/** Returns the index of a column in a row; -1 when the file does not have it. */
export const placeOf = ({ position }: CsvFile, column: string): number => position.get(toColumnKey(column)) ?? -1;

export const isEmptyLine = (row: readonly string[]): boolean => row.length === 1 && row[0] === "";

/**
 * Returns the CSV text for the import: the schema's columns in the schema's order (Personalize's guide requires both).
 * Missing columns and cells get the value in `defaults`, and missing columns that may be null empty cells, because the import
 * needs every column of the schema. Returns the same text when nothing has to change. Other missing columns stay missing.
 */
export function toSchemaColumns(file: CsvFile, schemaText: string, defaults: Defaults): string {
  const [header = [], ...body] = file.rows;
  const columns = fieldsOf(schemaText).flatMap((field) => {
    const filler = Object.entries(defaults).find(([name]) => toColumnKey(name) === toColumnKey(field.name))?.[1];
    const place = placeOf(file, field.name);
    const isPresent = place >= 0 || filler !== undefined || allowsNull(field);
    return isPresent ? [{ name: field.name, place, filler }] : [];
  });
  const isFilled = columns.every(({ place, filler }) => filler === undefined || body.every((row) => row[place] !== ""));
  const names = columns.map(({ name }) => name);
  if (file.text !== undefined && isFilled && names.join() === header.join()) return file.text;
  const lines = body.map((row) => {
    if (isEmptyLine(row)) return "";
    return columns.map(({ place, filler = "" }) => quoteCell(row[place] || filler)).join(",");
  });
  return `${[names.join(","), ...lines].join("\n")}\n`;
}

/**
 * Ranks the items by the number of distinct users, as Personalize's Popularity-Count does, ties by id. This is the first
 * fallback list; the retraining replaces it by one from the model.
 */
export function rankItemsByUsers(
  { rows, position }: CsvFile,
  most: number,
  without: ReadonlySet<string> = new Set(),
): string[] {
  const users = new Map<string, Set<string>>();
  for (const row of rows.slice(1)) {
    const user = row[position.get("USER_ID") ?? -1];
    const item = row[position.get("ITEM_ID") ?? -1];
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

/** Writes a cell as CSV. */
export function quoteCell(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
