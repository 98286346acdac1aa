import { pipeline } from "node:stream/promises";
import { setImmediate } from "node:timers/promises";
import { type CsvError, type Options, parse } from "csv-parse";
import { JobFailure } from "../faults";
import type { Cell } from "../state/table";
import type { Field } from "./avro-schema";
import { readCell } from "./csv-cell";

/** Longer than any legal row: 100 columns of 1,000 characters and a text of 20,000. */
const maxRecordBytes = 1024 * 1024;

/**
 * Reads one CSV file, piece by piece, against a schema: header in any order, one call of `take` per
 * row with the cells in the schema's order. Columns that the schema does not have are skipped.
 * Throws JobFailure with file, line and column. (The guide asks for the schema's order and does not
 * mention additional columns; whether the service refuses either is unknown.)
 */
export async function readCsv(
  name: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  fields: readonly Field[],
  take: (cells: readonly Cell[]) => void,
): Promise<void> {
  const at = (line: number, message: string) => new JobFailure(`${name}, line ${line}: ${message}`);
  let columns: readonly number[] | undefined;
  const options: Options = {
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxRecordBytes,
    on_record(record: string[], { lines }) {
      if (!columns) {
        columns = columnsOf(record, fields, name);
        return null;
      }
      const header = columns;
      take(
        fields.map((field, i) => {
          const text = record[header[i] ?? -1];
          if (text === undefined) {
            throw at(lines, `column ${field.name} is missing: the row has ${record.length} columns.`);
          }
          return readCell(field, text, (message) => at(lines, message));
        }),
      );
      return null;
    },
  };
  await feed(pieces, options, at);
  if (!columns) throw new JobFailure(`${name} is empty: it has no header row.`);
}

/**
 * Other requests get their turn after each piece, so that a large file does not block the account.
 */
async function feed(
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  options: Options,
  at: (line: number, message: string) => Error,
): Promise<void> {
  const parser = parse(options);
  // Rows go to `on_record`; what would come out at the end must flow for the end to come.
  parser.resume();
  try {
    await pipeline(yieldToRequests(pieces), parser);
  } catch (error) {
    throw error instanceof JobFailure ? error : at(parser.info.lines, describeError(error as CsvError));
  }
}

async function* yieldToRequests(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) {
  for await (const piece of pieces) {
    yield piece;
    await setImmediate();
  }
}

function describeError({ code, message }: CsvError): string {
  if (code === "CSV_MAX_RECORD_SIZE") return `the row is longer than ${maxRecordBytes} bytes.`;
  if (code === "CSV_QUOTE_NOT_CLOSED") return "a quoted value is not closed.";
  return message;
}

/** The position of each field in the file. */
function columnsOf(header: readonly string[], fields: readonly Field[], file: string): number[] {
  const columns = fields.map(({ name }) => header.indexOf(name));
  const missing = fields.filter((_, i) => columns[i] === -1).map(({ name }) => name);
  if (missing.length > 0) {
    throw new JobFailure(
      `Input CSV is missing the following columns: [${missing.join(", ")}]. ${file} has [${listed(header)}].`,
    );
  }
  return columns;
}

/** A file that is not CSV can have a megabyte in its first line. */
const listed = (header: readonly string[]) => {
  const text = header.join(", ");
  return text.length > 1_000 ? `${text.slice(0, 1_000)}…` : text;
};
