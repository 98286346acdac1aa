import { open } from "node:fs/promises";
import { parse } from "csv-parse/sync";

/** The first line of a file, and the character that separates its values. */
export interface CsvFormat {
  readonly header: readonly string[];
  readonly delimiter: string;
}

const delimiters = [",", ";", "\t", "|"];

/** More than any header has. */
const headerBytes = 64 * 1024;

/** Reads the header of a file with commas, semicolons, tabs or bars. Throws when the first line is not a header. */
export async function readFormat(path: string): Promise<CsvFormat> {
  const line = await readFirstLine(path);
  const splitHeader = (delimiter: string): string[] =>
    parse(line, { delimiter, bom: true, relax_quotes: true })[0] ?? [];
  const [delimiter = ","] = delimiters
    .map((each) => [each, splitHeader(each).length] as const)
    .sort(([, a], [, b]) => b - a)[0] ?? [","];
  const header = splitHeader(delimiter).map((name) => name.trim());
  if (header.length === 0) throw new Error(`${path} is empty: it has no line with the names of its columns.`);
  if (header.some((name) => /^-?\d/.test(name)) || line.includes("::")) {
    throw new Error(
      `${path}: the first line, ${line.slice(0, 100)}, has no names of columns. ` +
        "Add a line with them, separated like the values by one comma, semicolon, tab or bar.",
    );
  }
  return { header, delimiter };
}

async function readFirstLine(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
    return buffer.toString("utf8", 0, bytesRead).split(/\r?\n/, 1)[0] ?? "";
  } finally {
    await file.close();
  }
}
