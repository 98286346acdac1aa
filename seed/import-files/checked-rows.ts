import { quoteValue } from "../../names/printable";
import { allowsNull, type Field, findField, readCell, toColumnKey, typeOf } from "../../values/columns";
import { describeBadId } from "../../values/id";
import { clockTolerance, latestSeconds } from "../../values/time";
import { type CsvFile, isEmptyLine, placeOf } from "./csv-file";
import { type GivenFile, readGivenCsv, requireColumns, showColumns, showPath } from "./given-file";

/** The columns of all interactions (guide, "Schemas"). */
const required = ["USER_ID", "ITEM_ID", "TIMESTAMP"];
const requiredFields = required.map((name): Field => ({ name, type: name === "TIMESTAMP" ? "long" : "string" }));

/**
 * Reads a file of interactions and checks its rows; without a schema, only the columns that all
 * interactions have. Adds what is wrong with them to the problems.
 */
export function readInteractions(given: GivenFile, schema: readonly Field[], problems: string[]): CsvFile {
  const csv = readGivenCsv(given);
  requireColumns(csv, given, required);
  const others = schema.filter(({ name }) => !findField(requiredFields, name));
  problems.push(...checkRows(csv, given, [...requiredFields, ...others.map((field) => requireType(field, csv))]));
  return csv;
}

interface ColumnField extends Field {
  readonly categorical?: boolean;
  /** A cell must have a value. */
  readonly isGiven?: boolean;
}

/** Where some interactions have a type, nothing says which one the others have. */
function requireType(field: Field, csv: CsvFile): ColumnField {
  if (toColumnKey(field.name) !== "EVENT_TYPE") return field;
  const place = placeOf(csv, field.name);
  return { ...field, isGiven: csv.rows.slice(1).some((row) => (row[place] ?? "").trim() !== "") };
}

/**
 * Reads the ids, numbers and times of a file as the consumers of the stream read them, and gives
 * whole numbers and times the one form that an import takes. Returns all that is wrong: each kind
 * of problem with the number of its lines, and with the line, the column and the value of three.
 */
export function checkRows(csv: CsvFile, given: GivenFile, fields: readonly ColumnField[]): string[] {
  const columns = fields.flatMap((field): Column[] => {
    const place = placeOf(csv, field.name);
    return place < 0 ? [] : [{ name: field.name, place, read: createReader(field) }];
  });
  const [header = []] = csv.rows;
  const found = new Map<string, Found>();
  const add = (index: number, name: string, cell: string, reason: string) => {
    const key = JSON.stringify([name, reason]);
    const known = found.get(key) ?? { name, reason, lines: 0, examples: [] };
    known.lines++;
    if (known.examples.length < examples) known.examples.push({ index, cell });
    found.set(key, known);
  };
  for (const [index, row] of csv.rows.entries()) {
    if (index === 0 || isEmptyLine(row)) continue;
    const [surplus] = row.slice(header.length).filter((cell) => cell !== "");
    if (surplus !== undefined) add(index, "", surplus, `is in no column: the header has ${header.length}`);
    for (const column of columns) {
      const cell = row[column.place] ?? "";
      const read = column.read(cell);
      if (typeof read === "string") row[column.place] = read;
      else add(index, column.name, cell, read.reason);
    }
  }
  return Array.from(found.values(), (each) => describe(csv, given, each));
}

interface Column {
  readonly name: string;
  readonly place: number;
  readonly read: ReturnType<typeof createReader>;
}

/** The lines with a problem. */
interface Found {
  /** Of the column; empty where the cell is in none. */
  readonly name: string;
  readonly reason: string;
  lines: number;
  readonly examples: { readonly index: number; readonly cell: string }[];
}

/** The lines that are shown of each kind of problem. */
const examples = 3;

const inFuture = "is in the future";
/** The latest time of an interaction, in seconds. */
const latest = (): number => (Date.now() + clockTolerance) / 1000;

const isId = ({ name }: Field): boolean => ["USER_ID", "ITEM_ID"].includes(toColumnKey(name));

/**
 * Columns whose cells may be empty, and otherwise have an id, or several with bars between them.
 */
const isOptionalId = ({ name }: Field): boolean => ["RECOMMENDATION_ID", "IMPRESSION"].includes(toColumnKey(name));

type Cell = string | { readonly reason: string };

/**
 * Creates the reader of a column's cells. What does not depend on the cell is decided once: files
 * have millions of rows.
 */
function createReader(field: ColumnField): (cell: string) => Cell {
  if (isId(field)) {
    return (cell) => {
      const reason = describeBadId(cell);
      return reason === undefined ? cell : { reason };
    };
  }
  const most = field.categorical || toColumnKey(field.name) === "IMPRESSION" ? longestCategory : longestText;
  const tooLong = { reason: `is longer than ${most.toLocaleString("en")} characters` };
  if (isOptionalId(field)) {
    return (cell) => {
      if (cell.length > most) return tooLong;
      const reason =
        cell === ""
          ? undefined
          : cell
              .split("|")
              .map((id) => describeBadId(id))
              .find(Boolean);
      return reason === undefined ? cell : { reason };
    };
  }
  if (typeOf(field) === "string") {
    const isMissing = (cell: string) => field.isGiven === true && cell.trim() === "";
    return (cell) =>
      cell.length > most ? tooLong : isMissing(cell) ? { reason: "is empty, and other lines have one" } : cell;
  }
  const isWhole = ["int", "long"].includes(typeOf(field));
  const end = toColumnKey(field.name) === "TIMESTAMP" ? latest() : Number.POSITIVE_INFINITY;
  return (cell) => {
    if (cell === "") return allowsNull(field) ? cell : { reason: "is empty" };
    const read = readCell(field, cell);
    if ("reason" in read) return read;
    if (Number(read.value) > end) return { reason: inFuture };
    return isWhole ? String(read.value) : cell;
  };
}

/** Categorical data and impressions; an import with a longer one fails (guide, "Quotas"). */
const longestCategory = 1_000;

/**
 * Other texts. A row that is updated later is sent with all its columns in `properties`, which have
 * at most 24,000 characters for a user, and 32,000 for an item (service model of PutUsers and
 * PutItems).
 */
const longestText = 24_000;

function describe(csv: CsvFile, given: GivenFile, { name, reason, lines, examples }: Found): string {
  const show = ({ cell }: Found["examples"][number]) => (cell.trim() === "" ? "" : ` ${quoteValue(cell)}`);
  const [first, ...others] = examples;
  if (first === undefined) throw new Error(`${name} ${reason}, and no line has it.`);
  const alike = others.map((each) => `, line ${lineOf(csv, each.index)}${show(each)}`).join("");
  const subject = name === "" ? show(first).trimStart() : `${name}${show(first)}`;
  return (
    `${given.setting}: ${showPath(given.path)}, line ${lineOf(csv, first.index)}: ${subject} ${reason} ` +
    `(lines like it: ${lines}${alike}).\n  ${adviseOn(name, first.cell, reason)}, or remove the line; docs/own-data.md shows how to convert a file.`
  );
}

function adviseOn(name: string, cell: string, reason: string): string {
  if (name === "") return "Put cells with a comma in quotes, and write decimals with a point";
  if (cell.trim() === "") return "Give it a value";
  if (!toColumnKey(name).endsWith("TIMESTAMP")) return "Correct it";
  if (reason === inFuture) return "Correct the clock or the offset that it was written with";
  const divisor = [1_000, 1_000_000, 1_000_000_000].find((each) => Number(cell) / each <= latest());
  if (Number(cell) <= latestSeconds || divisor === undefined) {
    return "Write it as 1751364000 or 2025-07-01T12:00:00+02:00, with the offset of its time zone";
  }
  const time = new Date((1_000 * Number(cell)) / divisor).toISOString();
  return `Divide the column by ${divisor.toLocaleString("en")}: this is then ${time.slice(0, 19)}Z`;
}

/** Returns the line in which a row begins: cells may have line breaks. */
function lineOf({ rows }: CsvFile, index: number): number {
  const breaks = (row: readonly string[]) => row.join(" ").match(/\r\n|\n|\r/g)?.length ?? 0;
  return rows.slice(0, index).reduce((line, row) => line + 1 + breaks(row), 1);
}

/** Keeps the last row of each id, as PutItems does, and notes how many have others. */
export function keepLastRows(
  csv: CsvFile,
  given: GivenFile,
  { idColumn, word }: { readonly idColumn: string; readonly word: string },
): { readonly csv: CsvFile; readonly notes: string[] } {
  const place = placeOf(csv, idColumn);
  const last = new Map<string, number>();
  const repeated = new Set<string>();
  for (const [index, row] of csv.rows.entries()) {
    const id = row[place] ?? "";
    if (last.has(id) && !isEmptyLine(row)) repeated.add(id);
    last.set(id, index);
  }
  const [first] = repeated;
  if (first === undefined) return { csv, notes: [] };
  const rows = csv.rows.filter((row, index) => !repeated.has(row[place] ?? "") || last.get(row[place] ?? "") === index);
  const have = repeated.size === 1 ? `1 ${word} has` : `${repeated.size} ${word}s have`;
  const note = `${showPath(given.path)}: ${have} several rows, such as ${quoteValue(first)}; the last one counts.`;
  return { csv: { ...csv, rows }, notes: [note] };
}

/** Notes the columns that are left out of an import, because the schema does not have them. */
export function noteUnused(csv: CsvFile, given: GivenFile, fields: readonly Field[]): string[] {
  const unused = (csv.rows[0] ?? []).filter((name) => !findField(fields, name));
  // Without columns the schema is wrong, and its own check says how.
  if (unused.length === 0 || fields.length === 0) return [];
  return [
    `${showPath(given.path)}: columns that the schema does not have are left out (${unused.length}): ${showColumns(unused)}.`,
  ];
}
