import { readCell } from "../../values/columns";
import { type CsvFile, placeOf } from "./csv-file";
import { fieldsOf } from "./schema-fields";

/**
 * Writes items or users as lines of JSON, `{"id": …, "columns": {…}}`, with the types of the schema
 * and without empty cells. The consumer reads them when it changes a row: lines need no CSV parser,
 * which would be a twentieth of its zip.
 */
export function writeRowLines(file: CsvFile, schema: string, idColumn: "ITEM_ID" | "USER_ID"): string {
  const fields = fieldsOf(schema).filter(({ name }) => name !== idColumn);
  const columns = fields.map((field) => ({ field, place: placeOf(file, field.name) }));
  const idPlace = placeOf(file, idColumn);
  const lines = file.rows.slice(1).flatMap((row) => {
    const id = row[idPlace];
    if (!id) return [];
    const values = columns.flatMap(({ field, place }) => {
      const cell = row[place];
      const read = cell ? readCell(field, cell) : undefined;
      return read && "value" in read ? [[field.name, read.value] as const] : [];
    });
    return [JSON.stringify({ id, columns: Object.fromEntries(values) })];
  });
  return `${lines.join("\n")}\n`;
}
