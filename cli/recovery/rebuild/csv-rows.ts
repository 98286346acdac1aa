import { parse } from "csv-parse";
import type { DeployedStack } from "../../stack/find-stack";
import { type StoredObject, streamObject } from "../stored/objects";
import type { Row } from "./interactions";

/** Reads a CSV object row by row, with the columns' names in upper case, without loading it into memory. */
export async function* readCsvRows(stack: DeployedStack, object: StoredObject): AsyncGenerator<Row> {
  const options = { bom: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true };
  const rows: AsyncIterable<string[]> = (await streamObject(stack, object)).pipe(parse(options));
  let columns: readonly string[] | undefined;
  for await (const cells of rows) {
    if (columns) yield new Map(columns.map((column, index) => [column, cells[index] ?? ""]));
    else columns = cells.map((name) => name.trim().toUpperCase());
  }
}
