import { parse } from "csv-parse/sync";

/** An Avro schema of a dataset, as far as the import needs it. */
interface DatasetSchema {
  fields: { name: string; type: string | string[] }[];
}

/** Values for columns that a file may lack, by column. */
type Defaults = Readonly<Record<string, string>>;

/** A CSV file, read once for all that is asked of it: most of this program's time with large files. */
export interface CsvFile {
  readonly text: string;
  readonly rows: readonly string[][];
  /** Where each column stands in a row, by its name in upper case: the sample's schema writes one in lower case. */
  readonly position: ReadonlyMap<string, number>;
}

/** Reads a CSV text whose first row names the columns. Wrong rows stay as they are, for the import to name them. */
export function readCsv(text: string): CsvFile {
  const rows: string[][] = parse(text, { relax_column_count: true, relax_quotes: true, bom: true });
  return { text, rows, position: new Map(rows[0]?.map((name, index) => [name.trim().toUpperCase(), index])) };
}

/**
 * The CSV text as it is imported: the schema's columns in the schema's order (Personalize's guide asks for both),
 * with a default for what `defaults` names and the file lacks, and with empty cells for a column that may be null: the
 * import wants every column of the schema to be there. Returns the same text when nothing has to change.
 * Other missing columns stay missing, and rows keep their lines: the import names what is wrong and where.
 */
export function conformCsv({ text, rows, position }: CsvFile, schemaText: string, defaults: Defaults): string {
  const { fields } = JSON.parse(schemaText) as DatasetSchema;
  const columns = fields.map(({ name }) => name);
  const nullable = fields
    .filter(({ type }) => Array.isArray(type) && type.includes("null"))
    .map(({ name }) => [name, ""]);
  const fillers: Defaults = { ...Object.fromEntries(nullable), ...defaults };
  const [header = [], ...body] = rows;
  const shipped = columns.filter((name) => position.has(name) || fillers[name] !== undefined);
  const known = header.filter((name) => columns.includes(name));
  if (known.length === header.length && shipped.every((name, index) => header[index] === name)) return text;
  // Not a file of this dataset: shipped as it is, for the import to refuse with its own words.
  if (position.size === 0 || !columns.some((name) => position.has(name))) return text;
  const lines = body.map((row) => {
    if (row.length === 1 && row[0] === "") return "";
    return shipped.map((name) => quoted(row[position.get(name) ?? -1] ?? fillers[name] ?? "")).join(",");
  });
  return `${[shipped.join(","), ...lines].join("\n")}\n`;
}

/**
 * The items by popularity, most popular first: by distinct users, as Personalize's Popularity-Count does, ties by id.
 * Only what the file tells; the retraining replaces the list by what the model knows.
 */
export function popularItems({ rows, position }: CsvFile, most: number): string[] {
  const users = new Map<string, Set<string>>();
  for (const row of rows.slice(1)) {
    const user = row[position.get("USER_ID") ?? -1];
    const item = row[position.get("ITEM_ID") ?? -1];
    if (!user || !item) continue;
    const seen = users.get(item);
    if (seen) seen.add(user);
    else users.set(item, new Set([user]));
  }
  return [...users]
    .sort(([a, usersOfA], [b, usersOfB]) => usersOfB.size - usersOfA.size || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([item]) => item);
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
