import { parse } from "csv-parse/sync";
import { allowsNull } from "../../functions/ingestion/columns";
import { fieldsOf } from "./schema-fields";

/** Values for columns that may be missing in the file, by column. */
type Defaults = Readonly<Record<string, string>>;

/** A CSV file, parsed once: with large files parsing takes most of this program's time. */
export interface CsvFile {
  readonly text: string;
  readonly rows: readonly string[][];
  /** Index of each column in a row, by its name in upper case: the sample's schema has one in lower case. */
  readonly position: ReadonlyMap<string, number>;
}

/** Reads a CSV text whose first row has the column names. Wrong rows stay as they are: the import reports them. */
export function readCsv(text: string): CsvFile {
  const rows: string[][] = parse(text, { relax_column_count: true, relax_quotes: true, bom: true });
  return { text, rows, position: new Map(rows[0]?.map((name, index) => [name.trim().toUpperCase(), index])) };
}

/**
 * Returns the CSV text for the import: the schema's columns in the schema's order (Personalize's guide requires both).
 * Missing columns get the value in `defaults`, or empty cells if they may be null, because the import needs every column of
 * the schema. Returns the same text when nothing has to change.
 * Other missing columns stay missing, and rows keep their lines: the import reports what is wrong and where.
 */
export function toSchemaColumns({ text, rows, position }: CsvFile, schemaText: string, defaults: Defaults): string {
  const fields = fieldsOf(schemaText);
  const columns = fields.map(({ name }) => name);
  const nullable = fields.filter(allowsNull).map(({ name }) => [name, ""] as const);
  const fillers = new Map([...nullable, ...Object.entries(defaults)]);
  const [header = [], ...body] = rows;
  const present = columns.filter((name) => position.has(name) || fillers.has(name));
  const known = header.filter((name) => columns.includes(name));
  if (known.length === header.length && present.every((name, index) => header[index] === name)) return text;
  // Not a file of this dataset: uploaded as it is, so that the import refuses it with its own error.
  if (position.size === 0 || !columns.some((name) => position.has(name))) return text;
  const lines = body.map((row) => {
    if (row.length === 1 && row[0] === "") return "";
    return present.map((name) => quoteCell(row[position.get(name) ?? -1] ?? fillers.get(name) ?? "")).join(",");
  });
  return `${[present.join(","), ...lines].join("\n")}\n`;
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
