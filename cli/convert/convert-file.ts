import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { toPrintable } from "../../components/support/printable";
import { quoteForShell } from "../../components/support/shell";
import { quoteCell } from "../../seed/own-data/csv-file";
import { missingColumns, type RecognisedColumns, recogniseColumns } from "../../seed/own-data/foreign-data";
import { nameForShell, requireReadable, showColumns, showPath, suggestColumns } from "../../seed/own-data/given-file";
import { joinLines } from "../join-lines";
import { replaceFile } from "../replace-file";
import { type CsvFormat, describeDamage, readFormat, readRows } from "./csv-format";
import { detectEncoding, type Encoding, isDamaged } from "./encoding";
import { type Cells, RowReader } from "./orders";
import { type NamedForms, type Survey, surveyFile } from "./survey";

export interface ConvertOptions extends NamedForms {
  readonly from: string;
  readonly to: string;
  /** Names of columns that are not recognised: name in the import to name in the file. */
  readonly column?: ReadonlyMap<string, string>;
  /** The schema that is written as well, for the command that is suggested. */
  readonly schema?: string | undefined;
  /** The encoding of the file, if it is not the one that is detected. */
  readonly encoding?: Encoding | undefined;
}

interface Conversion {
  readonly from: string;
  readonly format: CsvFormat;
  readonly recognised: RecognisedColumns;
  readonly survey: Survey;
  /** `leftOut`: without a user, item or time. */
  readonly counts: { rows: number; leftOut: number };
}

/**
 * Writes a file of interactions or items with the columns of the import, row by row, so that a file may be larger than the
 * memory. The new file exists only when all of it was written.
 */
export async function convertFile(options: ConvertOptions): Promise<Conversion> {
  const { from, to } = options;
  requireReadable({ setting: "convert", path: from, remedy: "Give another file." });
  const format = await readFormat(from, options.encoding ?? (await detectEncoding(from)));
  const recognised = findColumns(format.header, options);
  const survey = await surveyFile(from, format, recognised, options);
  const conversion = { from, format, recognised, survey, counts: { rows: 0, leftOut: 0 } };
  await replaceFile(to, (unfinished) => pipeline(joinLines(convertRows(conversion)), createWriteStream(unfinished)));
  return conversion;
}

function findColumns(header: readonly string[], options: ConvertOptions): RecognisedColumns {
  const { from, to, column: columns = new Map() } = options;
  const absent = [...columns.values()].find((name) => !header.includes(name));
  if (absent !== undefined) {
    throw new Error(
      `--column: ${showPath(from)} has no column "${toPrintable(absent)}". Its columns: ${showColumns(header)}.`,
    );
  }
  const recognised = recogniseColumns(header, columns);
  if (recognised !== undefined) return recognised;
  const missing = missingColumns(header, columns);
  const names = { USER_ID: "the users", ITEM_ID: "the items", TIMESTAMP: "the times" };
  const meanings = new Map(Object.entries(names));
  throw new Error(
    `${showPath(from)}: its columns, ${showColumns(header)}, are not recognised as interactions or items. ` +
      `Missing: ${missing.map((column) => `${column} (${meanings.get(column)})`).join(", ")}. ` +
      `${missing.length === 3 ? "A file of items needs only ITEM_ID. " : ""}Name the column${missing.length > 1 ? "s" : ""}:\n` +
      `  npx recommender convert ${nameForShell(from)} --out ${nameForShell(to)}${repeatGiven(options)}${suggestColumns(header, missing)}`,
  );
}

function repeatGiven({ schema, column = new Map(), encoding, timeFormat, decimal }: ConvertOptions): string {
  const named = [...column].map(([column, name]) => ` --column ${column}=${quoteForShell(toPrintable(name))}`);
  const others = [
    schema === undefined ? "" : ` --schema ${nameForShell(schema)}`,
    encoding === undefined ? "" : ` --encoding ${encoding}`,
    timeFormat === undefined ? "" : ` --time-format ${timeFormat === "day-first" ? "DD/MM/YYYY" : "MM/DD/YYYY"}`,
    decimal === undefined ? "" : ` --decimal ${decimal}`,
  ];
  return [...others, ...named].join("");
}

async function* convertRows(conversion: Conversion): AsyncGenerator<string> {
  const { from, format, recognised, counts } = conversion;
  const needed = recognised.kind === "interactions" ? ["USER_ID", "ITEM_ID", "TIMESTAMP"] : ["ITEM_ID"];
  const reader = new RowReader(recognised, format.header);
  yield `${[...recognised.columns.keys()].join(",")}\n`;
  for await (const { cells, line } of readRows(from, format)) {
    for (const row of reader.read(cells)) {
      if (needed.some((column) => row.get(column) === "")) {
        counts.leftOut++;
        continue;
      }
      counts.rows++;
      yield `${writeRow(row, line, conversion)}\n`;
    }
  }
  if (counts.rows === 0) throw new Error(describeNothing(conversion, needed));
}

function writeRow(row: Cells, line: number, { from, format, recognised, survey }: Conversion): string {
  const cells = Array.from(row, ([column, text]) => {
    const at = `${showPath(from)}, line ${line}, column ${toPrintable(recognised.columns.get(column)?.join(" or ") ?? column)}`;
    if (isDamaged(text, format.encoding)) throw new Error(describeDamage(at, text, format.encoding));
    const times = survey.times.get(column);
    if (times === undefined || text === "") return quoteCell(survey.numbers.get(column)?.write(text) ?? text);
    const seconds = times.read(text);
    if (seconds === undefined) throw new Error(describeNoTime(at, text));
    return String(seconds);
  });
  return cells.join(",");
}

const describeNoTime = (where: string, text: string): string =>
  `${where}: ${toPrintable(JSON.stringify(text.slice(0, 60)))} is not a time that can be converted. ` +
  "Give seconds or milliseconds since 1970, ISO dates such as 2024-06-01 or 2024-06-01T12:30:00Z, or dates such as " +
  "13.02.2026 14:05, whose order can be named: --time-format DD/MM/YYYY or --time-format MM/DD/YYYY.";

function describeNothing({ from, counts, recognised }: Conversion, needed: readonly string[]): string {
  if (counts.leftOut === 0) return `${showPath(from)} has a header and no rows. Nothing was written.`;
  const names = needed.map((column) => `${column} (${recognised.columns.get(column)?.join(" or ")})`);
  return toPrintable(
    `${showPath(from)}: none of its ${counts.leftOut} rows has all of ${names.join(", ")}. Nothing was written. ` +
      `Name the right columns: --column ${needed[0]}=<its name>`,
  );
}
