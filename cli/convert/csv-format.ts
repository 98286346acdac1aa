import { pipeline } from "node:stream/promises";
import { CsvError, parse } from "csv-parse";
import { parse as parseText } from "csv-parse/sync";
import { toPrintable } from "../../components/support/printable";
import { showPath } from "../../seed/own-data/given-file";
import { type Encoding, isDamaged, readText } from "./encoding";

/** The form of a file: its characters, the one that separates the values, and the names of the columns. */
export type CsvFormat = Awaited<ReturnType<typeof readFormat>>;

const delimiters = [",", ";", "\t", "|"];

/** More than any header has. */
const longestHeader = 64 * 1024;

/** A quotation mark that is not closed would make the rest of the file one row. */
const longestRow = 4 * 1024 ** 2;

/** Reads the header of a file with commas, semicolons, tabs or bars. Throws when the first line is not a header. */
export async function readFormat(path: string, encoding: Encoding) {
  const lines = (await readBeginning(path, encoding)).split(/\r\n|\n|\r/).filter((line) => line.trim() !== "");
  // Excel reads and writes the separator in a line before the header.
  const [, named] = /^"?sep=(.)"?$/.exec(lines[0] ?? "") ?? [];
  const line = lines[named === undefined ? 0 : 1] ?? "";
  const splitHeader = (delimiter: string): string[] => {
    try {
      return parseText(line, { delimiter, relax_quotes: true })[0] ?? [];
    } catch (error) {
      throw nameCsvError(path, error);
    }
  };
  const [usual = ","] = delimiters
    .map((each) => [each, splitHeader(each).length] as const)
    .sort(([, a], [, b]) => b - a)[0] ?? [","];
  const delimiter = named ?? usual;
  const header = splitHeader(delimiter).map((name) => name.trim());
  if (header.length === 0) throw new Error(`${showPath(path)} is empty: it has no line with column names.`);
  requireNames(path, line, header, encoding);
  // Rows before the first one with values.
  const rowsBefore = named === undefined ? 1 : 2;
  return { encoding, delimiter, header, rowsBefore };
}

function requireNames(path: string, line: string, header: readonly string[], encoding: Encoding): void {
  if (line.includes("\0")) {
    throw new Error(
      `${showPath(path)} is not a text file. Save an Excel workbook as "CSV UTF-8", or name the encoding: --encoding utf-16le`,
    );
  }
  const damaged = header.find((name) => isDamaged(name, encoding));
  if (damaged !== undefined) throw new Error(describeDamage(`${showPath(path)}, line 1`, damaged, encoding));
  if (header.some((name) => /^-?\d[\d.,:/-]*$/.test(name)) || line.includes("::")) {
    throw new Error(
      `${showPath(path)}: the first line, ${toPrintable(line.slice(0, 100))}, has no column names. ` +
        "Add a line with them, separated like the values by one comma, semicolon, tab or bar.",
    );
  }
}

export const describeDamage = (where: string, text: string, encoding: Encoding): string =>
  `${where}: ${toPrintable(JSON.stringify(text.slice(0, 60)))} has characters that cannot be read as ${encoding}.\n` +
  `  Name the encoding of the file: --encoding ${encoding === "windows-1252" ? "utf-8" : "windows-1252"}. ` +
  "If the file itself has lost them, export it again.";

/** Yields the rows after the header, and the lines in which they begin: a file may be larger than the memory. */
export async function* readRows(path: string, format: CsvFormat) {
  const { encoding, delimiter, header, rowsBefore } = format;
  const parser = parse({
    delimiter,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: longestRow,
    info: true,
  });
  // Errors of both end the loop below.
  const ended = pipeline(readText(path, encoding), parser).catch(() => undefined);
  let row = 0;
  // The parser counts the end of a line with two characters twice within quotation marks.
  let counted = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      counted += countMatches(record, /\r\n/g);
      if (row++ < rowsBefore) continue;
      const line = info.lines - counted - countMatches(record, /\r\n|\n|\r/g);
      if (record.slice(header.length).some((cell) => cell.trim() !== "")) {
        throw new Error(
          `${showPath(path)}, line ${line}: it has ${record.length} values, but the header has ${header.length} names, so ` +
            "it is unclear which belongs to which. Put values that contain the separator into quotation marks.",
        );
      }
      yield { cells: record, line };
    }
  } catch (error) {
    throw nameCsvError(path, error);
  } finally {
    parser.destroy();
    await ended;
  }
}

const countMatches = (cells: readonly string[], pattern: RegExp): number =>
  cells.reduce((sum, cell) => sum + (cell.match(pattern)?.length ?? 0), 0);

/** Adds the file to an error of the parser; returns other errors as they are. */
function nameCsvError(path: string, error: unknown): unknown {
  if (!(error instanceof CsvError)) return error;
  return new Error(
    `${showPath(path)} is not CSV: ${toPrintable(error.message)}. Correct the file, or give another one.`,
  );
}

async function readBeginning(path: string, encoding: Encoding): Promise<string> {
  let text = "";
  for await (const piece of readText(path, encoding)) {
    text += piece;
    if (text.length >= longestHeader) break;
  }
  return text.slice(0, longestHeader);
}
