import { readCell } from "../../functions/ingestion/columns";
import { type CsvFile, placeOf } from "./csv-file";
import { fieldsOf } from "./schema-fields";

/**
 * Writes the items as lines of JSON, `{"itemId": …, "columns": {…}}`, with the types of the schema
 * and without empty cells. The consumer reads them when it changes an item: lines need no CSV
 * parser, which would be a twentieth of its zip.
 */
export function writeCatalogue(file: CsvFile, schema: string): string {
  const fields = fieldsOf(schema).filter(({ name }) => name !== "ITEM_ID");
  const columns = fields.map((field) => ({ field, place: placeOf(file, field.name) }));
  const idPlace = placeOf(file, "ITEM_ID");
  const lines = file.rows.slice(1).flatMap((row) => {
    const itemId = row[idPlace];
    if (!itemId) return [];
    const values = columns.flatMap(({ field, place }) => {
      const cell = row[place];
      const read = cell ? readCell(field, cell) : undefined;
      return read && "value" in read ? [[field.name, read.value] as const] : [];
    });
    return [JSON.stringify({ itemId, columns: Object.fromEntries(values) })];
  });
  return `${lines.join("\n")}\n`;
}
