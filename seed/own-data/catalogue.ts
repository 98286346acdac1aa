import { type ColumnValue, type Field, typeOf } from "../../functions/ingestion/columns";
import type { CsvFile } from "./csv-file";
import { fieldsOf } from "./schema-fields";

/**
 * Writes the items as lines of JSON, `{"itemId": …, "columns": {…}}`, with the types of the schema and without empty cells.
 * The consumer reads them when it changes an item: lines need no CSV parser, which would be a twentieth of its zip.
 */
export function writeCatalogue({ rows, position }: CsvFile, schema: string): string {
  const columns = fieldsOf(schema).filter(({ name }) => name !== "ITEM_ID");
  const lines = rows.slice(1).flatMap((row) => {
    const itemId = row[position.get("ITEM_ID") ?? -1];
    if (!itemId) return [];
    const values = columns.flatMap((field) => {
      const value = toValue(row[position.get(field.name) ?? -1], field);
      return value === undefined ? [] : [[field.name, value] as const];
    });
    return [JSON.stringify({ itemId, columns: Object.fromEntries(values) })];
  });
  return `${lines.join("\n")}\n`;
}

function toValue(cell: string | undefined, field: Field): ColumnValue | undefined {
  if (cell === undefined || cell === "") return undefined;
  const kind = typeOf(field);
  if (kind === "string") return cell;
  if (kind === "boolean") return cell === "true";
  const number = Number(cell);
  return Number.isFinite(number) ? number : undefined;
}
