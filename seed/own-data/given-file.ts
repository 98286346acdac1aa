import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { toPrintable } from "../../text/printable";
import { type CsvFile, readCsv } from "./csv-file";
import { largestText, requireRegularFile } from "./regular-file";

/** A file that the user gave, and the setting that names it: a key of the configuration or an option of a command. */
export interface GivenFile {
  readonly setting: string;
  readonly path: string;
  /** The command or option that names another file. */
  readonly remedy: string;
}

/** Reads a text file. */
export function readGivenText(given: GivenFile): string {
  return read(given, () => {
    requireRegularFile(given.path, largestText);
    return readFileSync(given.path, "utf8");
  });
}

/** Adds the file and the setting to an error. */
function read<T>({ setting, path, remedy }: GivenFile, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`${setting}: ${showPath(path)} cannot be read (${describeFailure(error)}).\n  ${remedy}`);
  }
}

function describeFailure(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "it does not exist";
  if (code === "EACCES") return "you have no permission to read it";
  return toPrintable(error instanceof Error ? error.message : String(error));
}

/** A file's absolute path for a message. */
export const showPath = (path: string): string => toPrintable(resolve(path));

/** Names of columns for a message. */
export const showColumns = (header: readonly string[]): string => toPrintable(header.join(", ")).slice(0, 300);

/** Reads a CSV file. An error names the file and the setting. */
export function readGivenCsv(given: GivenFile): CsvFile {
  const bytes = read(given, () => {
    requireRegularFile(given.path, largestText);
    return readFileSync(given.path);
  });
  if (!isUtf8(bytes)) {
    throw new Error(
      `${given.setting}: ${showPath(given.path)} is not UTF-8, and its letters would be lost.\n` +
        "  Save it as UTF-8; docs/own-data.md shows how to convert a file.",
    );
  }
  try {
    return readCsv(bytes.toString());
  } catch (error) {
    const reason = toPrintable((error as Error).message);
    throw new Error(`${given.setting}: ${showPath(given.path)} is not CSV: ${reason}`);
  }
}

/** Names the columns that a file needs. */
const neededColumns = {
  interactions:
    "Interactions need USER_ID, ITEM_ID and TIMESTAMP (whole seconds since 1970), separated by commas. " +
    "docs/own-data.md shows how to convert a file of another system.",
  items:
    "Items need ITEM_ID and at least one other column, separated by commas. " +
    "docs/own-data.md shows how to convert a file of another system.",
};

/** Throws an error with the columns that a file needs when it lacks one. */
export function requireColumns({ rows, position }: CsvFile, given: GivenFile, required: readonly string[]): void {
  const missing = required.filter((column) => !position.has(column));
  if (missing.length === 0) return;
  const [header = []] = rows;
  throw new Error(
    `${given.setting}: ${showPath(given.path)} has no ${missing.join(", no ")}. ${describeHeader(header)}\n` +
      `  ${neededColumns[required.includes("USER_ID") ? "interactions" : "items"]}`,
  );
}

const describeHeader = (header: readonly string[]): string =>
  header.length === 0 ? "It is empty." : `Its columns: ${showColumns(header)}.`;

/** The year 9999: larger numbers are not seconds. */
const lastSecond = 253_402_300_799;

/** Throws an error that names the line when an interaction has no user, item or time, or a time that is not in seconds. */
export function checkInteractions(csv: CsvFile, given: GivenFile): void {
  requireColumns(csv, given, ["USER_ID", "ITEM_ID", "TIMESTAMP"]);
  const places = ["USER_ID", "ITEM_ID", "TIMESTAMP"].map((name) => [name, csv.position.get(name) ?? -1] as const);
  const at = (row: number) => `${given.setting}: ${showPath(given.path)}, line ${row + 1}`;
  for (let row = 1; row < csv.rows.length; row++) {
    const cells = csv.rows[row] ?? [];
    if (cells.length === 1 && cells[0] === "") continue;
    const empty = places.find(([, place]) => !cells[place]);
    if (empty) throw new Error(`${at(row)}: ${empty[0]} is empty. Give it a value, or remove the line.`);
    const time = cells[csv.position.get("TIMESTAMP") ?? -1] ?? "";
    if (/^\d+$/.test(time) && Number(time) <= lastSecond) continue;
    const shown = toPrintable(JSON.stringify(time.slice(0, 60)));
    throw new Error(
      `${at(row)}: TIMESTAMP is ${shown}; it must be in whole seconds since 1970.\n` +
        "  Correct it, or remove the line; docs/own-data.md shows how to convert times.",
    );
  }
}
