import { type CsvError, type Options, parse } from "csv-parse";
import type { Field } from "./avro-schema";
import { readCell } from "./csv-cell";
import { JobFailure } from "./faults";
import type { Cell } from "./table";

/** Longer than any legal row: 100 columns of 1,000 characters and a text of 20,000. */
const maxRecordBytes = 1024 * 1024;
/** How much is parsed before others get their turn. */
const chunkBytes = 64 * 1024;

/**
 * Reads one CSV file against a schema: header in any order, one call of `take` per row with the cells in the schema's
 * order. Columns that the schema does not have are passed over. Throws JobFailure with file, line and column.
 * (The guide wants the schema's order and says nothing of more columns; whether the service refuses either is not known.)
 */
export async function readCsv(
  file: { readonly name: string; readonly bytes: Uint8Array },
  fields: readonly Field[],
  take: (cells: readonly Cell[]) => void,
): Promise<void> {
  const at = (line: number, message: string) => new JobFailure(`${file.name}, line ${line}: ${message}`);
  let places: readonly number[] | undefined;
  const options: Options = {
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxRecordBytes,
    on_record(record: string[], { lines }) {
      if (!places) {
        places = placesOf(record, fields, file.name);
        return null;
      }
      const header = places;
      take(
        fields.map((field, i) => {
          const text = record[header[i] ?? -1];
          if (text === undefined)
            throw at(lines, `column ${field.name} is missing: the row has ${record.length} columns.`);
          return readCell(field, text, (message) => at(lines, message));
        }),
      );
      return null;
    },
  };
  await feed(file.bytes, options, at);
  if (!places) throw new JobFailure(`${file.name} is empty: it has no header row.`);
}

/** Writes the bytes in chunks, so that a large file does not hold up the account. */
function feed(bytes: Uint8Array, options: Options, at: (line: number, message: string) => Error): Promise<void> {
  return new Promise((resolve, reject) => {
    const parser = parse(options);
    parser.on("error", (error: Error) => {
      reject(error instanceof JobFailure ? error : at(parser.info.lines, wording(error as CsvError)));
    });
    parser.on("end", resolve);
    parser.resume();
    const write = (from: number) => {
      if (parser.destroyed) return;
      if (from >= bytes.length) parser.end();
      else parser.write(bytes.subarray(from, from + chunkBytes), () => setImmediate(write, from + chunkBytes));
    };
    write(0);
  });
}

function wording({ code, message }: CsvError): string {
  if (code === "CSV_MAX_RECORD_SIZE") return `the row is longer than ${maxRecordBytes} bytes.`;
  if (code === "CSV_QUOTE_NOT_CLOSED") return "a quoted value is not closed.";
  return message;
}

/** Where each field stands in the file. */
function placesOf(header: readonly string[], fields: readonly Field[], file: string): number[] {
  const places = fields.map(({ name }) => header.indexOf(name));
  const missing = fields.filter((_, i) => places[i] === -1).map(({ name }) => name);
  if (missing.length > 0) {
    throw new JobFailure(
      `Input CSV is missing the following columns: [${missing.join(", ")}]. ${file} has [${header.join(", ")}].`,
    );
  }
  return places;
}
