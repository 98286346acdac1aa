import { parse } from "csv-parse/sync";

/** An Avro schema of a dataset, as far as the import needs it. */
interface DatasetSchema {
  fields: { name: string; type: string | string[] }[];
}

/** Values for columns that a file may lack, by column. */
type Defaults = Readonly<Record<string, string>>;

/**
 * The CSV text as it is imported: the schema's columns in the schema's order (Personalize's guide asks for both),
 * with a default for what `defaults` names and the file lacks, and with empty cells for a column that may be null: the
 * import wants every column of the schema to be there. Returns the same text when nothing has to change.
 * Other missing columns stay missing, and rows keep their lines: the import names what is wrong and where.
 */
export function conformCsv(text: string, schemaText: string, defaults: Defaults): string {
  const { fields } = JSON.parse(schemaText) as DatasetSchema;
  const columns = fields.map(({ name }) => name);
  const nullable = fields
    .filter(({ type }) => Array.isArray(type) && type.includes("null"))
    .map(({ name }) => [name, ""]);
  const fillers: Defaults = { ...Object.fromEntries(nullable), ...defaults };
  const rows = parse(text, { relax_column_count: true, relax_quotes: true, skip_empty_lines: false, bom: true });
  const [header = [], ...body] = rows as string[][];
  // The sample's schema writes one column in lower case.
  const position = new Map(header.map((name, index) => [name.trim().toUpperCase(), index]));
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
export function popularItems(interactionsCsv: string, most: number): string[] {
  const rows = parse(interactionsCsv, { columns: true, relax_column_count: true, relax_quotes: true, bom: true });
  const users = new Map<string, Set<string>>();
  for (const { USER_ID: user, ITEM_ID: item } of rows as Record<string, string>[]) {
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
