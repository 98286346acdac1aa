import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { CsvError } from "csv-parse/sync";
import { toPrintable } from "../../names/printable";
import { Refusal } from "../../names/refusal";
import { type CsvFile, placeOf, readCsv } from "./csv-file";
import { requireRegularFile } from "./regular-file";

/**
 * A file that the user gave, and the setting that names it: a key of the configuration or an option
 * of a command.
 */
export interface GivenFile {
  readonly setting: string;
  readonly path: string;
  /** The command or option that names another file. */
  readonly remedy: string;
}

export function readGivenText(given: GivenFile): string {
  return readBytes(given)
    .toString()
    .replace(/^\ufeff/, "");
}

/** Reads a file. An error names it and the setting. */
function readBytes({ setting, path, remedy }: GivenFile): Buffer {
  try {
    requireRegularFile(path);
    return readFileSync(path);
  } catch (error) {
    if (!isAboutFile(error)) throw error;
    throw new Refusal(`${setting}: ${showPath(path)} cannot be read (${describeFailure(error)}).\n  ${remedy}`);
  }
}

/**
 * Recognises a refusal, an error of the operating system, and Node's of a path with a character
 * that no path has.
 */
function isAboutFile(error: unknown): boolean {
  const { syscall, code } = error as NodeJS.ErrnoException;
  return error instanceof Refusal || syscall !== undefined || code === "ERR_INVALID_ARG_VALUE";
}

function describeFailure(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "it does not exist";
  if (code === "EACCES") return "you have no permission to read it";
  return toPrintable(error instanceof Error ? error.message : String(error));
}

export const showPath = (path: string): string => toPrintable(resolve(path));

export const showColumns = (header: readonly string[]): string => toPrintable(header.join(", ")).slice(0, 300);

/** Reads a CSV file. An error names the file and the setting. */
export function readGivenCsv(given: GivenFile): CsvFile {
  const bytes = readBytes(given);
  if (!isUtf8(bytes)) {
    throw new Refusal(
      `${given.setting}: ${showPath(given.path)} is not UTF-8, and its letters would be lost.\n` +
        "  Save it as UTF-8; docs/own-data.md shows how to convert a file.",
    );
  }
  const csv = parse(bytes.toString(), given);
  const [header = []] = csv.rows;
  const twice = header.find((name, index) => placeOf(csv, name) !== index);
  if (twice === undefined) return csv;
  throw new Refusal(
    `${given.setting}: ${showPath(given.path)} has two columns ${showColumns([twice])}. Remove one of them.`,
  );
}

function parse(text: string, given: GivenFile): CsvFile {
  try {
    return readCsv(text);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const reason = toPrintable(error.message);
    throw new Refusal(`${given.setting}: ${showPath(given.path)} is not CSV: ${reason}`);
  }
}

/** Throws an error with the columns that a file needs when it lacks one. */
export function requireColumns(csv: CsvFile, given: GivenFile, required: readonly string[]): void {
  const missing = required.filter((column) => placeOf(csv, column) < 0);
  if (missing.length === 0) return;
  const [header = []] = csv.rows;
  const present = header.length === 0 ? "It is empty." : `Its columns: ${showColumns(header)}.`;
  const [id = ""] = required;
  const needed =
    required.length > 1
      ? "Interactions need USER_ID, ITEM_ID and TIMESTAMP (whole seconds since 1970)"
      : `${id === "USER_ID" ? "Users" : "Items"} need ${id} and at least one other column`;
  throw new Refusal(
    `${given.setting}: ${showPath(given.path)} has no ${missing.join(", no ")}. ${present}\n` +
      `  ${needed}, separated by commas. docs/own-data.md shows how to convert a file of another system.`,
  );
}
