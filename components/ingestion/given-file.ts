import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { recogniseColumns, toEpochSeconds } from "./foreign-data";
import { type CsvFile, readCsv } from "./seed-data";

/** A file that the user gave, and the setting that names it: a key of the configuration or an option of a command. */
export interface GivenFile {
  readonly setting: string;
  readonly path: string;
  /** The command or option that names another file. */
  readonly remedy: string;
}

/** Reads a text file. An error names the file and the setting. */
export function readGivenText({ setting, path, remedy }: GivenFile): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${setting}: ${resolve(path)} cannot be read (${reason}).\n  ${remedy}`);
  }
}

/** Reads a CSV file. An error names the file and the setting. */
export function readGivenCsv(given: GivenFile): CsvFile {
  const text = readGivenText(given);
  try {
    return readCsv(text);
  } catch (error) {
    throw new Error(`${given.setting}: ${resolve(given.path)} is not CSV: ${(error as Error).message}`);
  }
}

/** Throws an error with the command that converts the file when it lacks one of the columns. */
export function requireColumns({ rows, position }: CsvFile, given: GivenFile, required: readonly string[]): void {
  const missing = required.filter((column) => !position.has(column));
  if (missing.length === 0) return;
  const [header = []] = rows;
  throw new Error(
    `${given.setting}: ${resolve(given.path)} has no ${missing.join(", no ")}. ${describeHeader(header)}\n` +
      `  ${suggestConversion(header, given.path, missing, required.includes("USER_ID") ? "interactions" : "items")}`,
  );
}

/** The command that converts a file with this header into one of `kind`. */
export function suggestConversion(
  header: readonly string[],
  path: string,
  missing: readonly string[],
  kind: "interactions" | "items",
): string {
  const command = `npx recommender convert ${nameForShell(path)} --out ${kind}.csv`;
  if (recogniseColumns(header)?.kind === kind) return `Other systems use these columns; convert the file: ${command}`;
  const columns = missing.map((column) => ` --column ${column}=<its name>`).join("");
  return `Name the columns that they are, and convert the file: ${command}${columns}`;
}

const describeHeader = (header: readonly string[]): string =>
  header.length === 0 ? "It is empty." : `Its columns: ${header.join(", ").slice(0, 300)}.`;

/** A file in a command that the user can paste: relative to the folder in which the user works, if it is there. */
export function nameForShell(path: string): string {
  const name = relative(process.env.INIT_CWD ?? process.cwd(), resolve(path));
  const text = name.startsWith("..") ? resolve(path) : name;
  return /^[\w./-]+$/.test(text) ? text : `'${text}'`;
}

/** The year 9999: larger numbers are not seconds. */
const lastSecond = 253_402_300_799;

/** Throws an error that names the line when an interaction has no user, item or time, or a time that is not in seconds. */
export function checkInteractions(csv: CsvFile, given: GivenFile): void {
  requireColumns(csv, given, ["USER_ID", "ITEM_ID", "TIMESTAMP"]);
  const places = ["USER_ID", "ITEM_ID", "TIMESTAMP"].map((name) => [name, csv.position.get(name) ?? -1] as const);
  const at = (row: number) => `${given.setting}: ${resolve(given.path)}, line ${row + 1}`;
  for (let row = 1; row < csv.rows.length; row++) {
    const cells = csv.rows[row] ?? [];
    if (cells.length === 1 && cells[0] === "") continue;
    const empty = places.find(([, place]) => !cells[place]);
    if (empty) throw new Error(`${at(row)}: ${empty[0]} is empty. Give it a value, or remove the line.`);
    const time = cells[csv.position.get("TIMESTAMP") ?? -1] ?? "";
    if (/^\d+$/.test(time) && Number(time) <= lastSecond) continue;
    const shown = JSON.stringify(time.slice(0, 60));
    const convert = `npx recommender convert ${nameForShell(given.path)} --out interactions.csv`;
    const remedy =
      toEpochSeconds(time) === undefined ? "Correct it, or remove the line." : `Convert the file: ${convert}`;
    throw new Error(`${at(row)}: TIMESTAMP is ${shown}; it must be in whole seconds since 1970.\n  ${remedy}`);
  }
}
