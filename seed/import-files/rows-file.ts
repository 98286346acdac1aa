import { basename } from "node:path";
import { attempt } from "../../names/attempt";
import { countOf, quoteValue, toPrintable } from "../../names/printable";
import { Refusal } from "../../names/refusal";
import { allowsNull } from "../../values/columns";
import { numberText } from "../../values/number";
import { checkRows, keepLastRows, noteUnused } from "./checked-rows";
import { type CsvFile, placeOf } from "./csv-file";
import { type GivenFile, readGivenCsv, readGivenText, requireColumns, showColumns, showPath } from "./given-file";
import { deriveColumn, describeColumns, type RowColumn, writeSchema } from "./rows-schema";
import { fieldsOf } from "./schema-fields";

/** The differences between the files of items and of users. */
export interface RowsDataset {
  /** As in the schema. */
  readonly name: "Items" | "Users";
  readonly word: "item" | "user";
  readonly idColumn: "ITEM_ID" | "USER_ID";
  /** Columns that are not enough by themselves. */
  readonly ownColumns: readonly string[];
  /** The quota of columns in addition to the id and the service's own (guide, "Quotas"). */
  readonly mostColumns: number;
  /** A sentence about the import without the file. */
  readonly otherwise: string;
}

export const itemsDataset: RowsDataset = {
  name: "Items",
  word: "item",
  idColumn: "ITEM_ID",
  ownColumns: ["CREATION_TIMESTAMP"],
  mostColumns: 100,
  otherwise: "Without an items file, the items of the interactions are used.",
};

export const usersDataset: RowsDataset = {
  name: "Users",
  word: "user",
  idColumn: "USER_ID",
  ownColumns: [],
  mostColumns: 25,
  otherwise: "Without a users file, nothing is known about users but their events.",
};

/** Where a schema may be from. */
interface SchemaSource {
  readonly schema: GivenFile | undefined;
  /** The schema of files that have its columns. */
  readonly standard?: GivenFile;
  /** The setting that names a schema. */
  readonly setting: string;
}

/** A file's rows, as they are imported. */
export interface Rows {
  readonly file: CsvFile;
  /** Absent: the rows were derived from the interactions. */
  readonly path?: string | undefined;
  readonly schema: string;
  /** The derived columns, and how to change them; what was left out. */
  readonly notes: readonly string[];
  /** What is probably not meant. */
  readonly warnings: readonly string[];
}

/**
 * Reads a file of items or users and its schema. Without a schema, that of `standard` is used if
 * the file has its columns; otherwise it is derived from the file's values. Adds what is wrong with
 * its rows to the problems.
 */
export function readRowsFile(dataset: RowsDataset, given: GivenFile, schema: SchemaSource, problems: string[]): Rows {
  const file = readGivenCsv(given);
  requireColumns(file, given, [dataset.idColumn]);
  const ids = [{ name: dataset.idColumn, type: "string" }];
  const chosen = attempt(() => chooseSchema(dataset, file, given, schema), problems);
  // The ids are judged also where the schema is wrong.
  const { schema: text = "", notes = [], warnings = [] } = chosen ?? {};
  const fields = chosen ? fieldsOf(text) : ids;
  problems.push(...checkRows(file, given, fields));
  const { csv, notes: repeated } = keepLastRows(file, given, dataset);
  return {
    file: csv,
    path: given.path,
    schema: text,
    notes: [...notes, ...repeated, ...noteUnused(csv, given, fields)],
    warnings,
  };
}

/** Returns the schema of a file, with notes on how it was derived, and warnings of its values. */
function chooseSchema(
  dataset: RowsDataset,
  csv: CsvFile,
  file: GivenFile,
  { schema, standard, setting }: SchemaSource,
): Pick<Rows, "schema"> & Partial<Pick<Rows, "notes" | "warnings">> {
  const given = schema ?? standard;
  const text = given && readGivenText(given);
  if (schema !== undefined && text !== undefined) requireSchemaColumns(csv, file, text, schema);
  else if (text === undefined || requiredColumns(text).some((column) => placeOf(csv, column) < 0)) {
    const columns = deriveColumns(dataset, csv, file);
    const notes = [
      `The schema of ${toPrintable(basename(file.path))} was derived from its ${countOf(csv.rows.length - 1, "row")}:`,
      ...describeColumns(columns),
      `To change it, write a schema file, and name it with ${setting}; docs/own-data.md shows one.`,
    ];
    return { schema: writeSchema(dataset, columns), notes, warnings: warnOfTexts(columns, csv, file) };
  }
  return { schema: text };
}

/** A number with a comma, which no schema's number has: 9,50 or 1.000,5. */
const commaNumber = /^-?\d{1,3}((\.\d{3})*|\d*)(,\d+)+$/;

/** The share of numbers from which a column of texts was probably meant as one of numbers. */
const mostlyNumbers = 0.9;

/**
 * Warns of columns of texts whose values are numbers but for a few, or all with a comma: filters
 * compare no texts with `<`.
 */
function warnOfTexts(columns: readonly RowColumn[], file: CsvFile, given: GivenFile): string[] {
  return columns.flatMap(({ name, type }) => {
    if (type !== "string") return [];
    const place = placeOf(file, name);
    const cells = file.rows.slice(1).flatMap((row) => row[place] || []);
    const texts = cells.filter((cell) => !numberText.test(cell));
    const others = texts.filter((cell) => !commaNumber.test(cell));
    if (texts.length === 0 || others.length > cells.length * (1 - mostlyNumbers)) return [];
    const shown = [...new Set(texts)].slice(0, 3).map(quoteValue).join(", ");
    return (
      `${showPath(given.path)}: ${name} is read as text, because ${countOf(texts.length, "value")} of ${cells.length} ` +
      `${texts.length === 1 ? "is no number" : "are no numbers"}, such as ${shown}: write decimals with a point, and nothing else.`
    );
  });
}

/** Derives the columns of a file, which must have at least one in addition to the service's own. */
function deriveColumns(dataset: RowsDataset, file: CsvFile, csv: GivenFile): RowColumn[] {
  const { idColumn, ownColumns, otherwise } = dataset;
  const names = [...file.position.keys()].filter((name) => name !== idColumn && name !== "");
  requireColumnNames(dataset, names, csv);
  if (!names.some((name) => !ownColumns.includes(name))) {
    throw new Refusal(
      `${csv.setting}: ${showPath(csv.path)} has no column but ${[idColumn, ...names].join(" and ")}; ` +
        `the service needs at least one more. ${otherwise}`,
    );
  }
  const rows = file.rows.slice(1).filter((row) => row.length > 1);
  return names.map((name) => {
    const place = placeOf(file, name);
    return deriveColumn(
      name,
      rows.map((row) => row[place]),
    );
  });
}

/** Throws when no schema can have these columns, before their types are derived. */
function requireColumnNames({ ownColumns, mostColumns, name }: RowsDataset, names: string[], csv: GivenFile): void {
  const problems: string[] = [];
  const others = names.filter((each) => !ownColumns.includes(each)).length;
  if (others > mostColumns) {
    problems.push(
      `${csv.setting}: ${showPath(csv.path)} has ${others.toLocaleString("en")} columns in addition to the service's own; ` +
        `the quota of ${name} is ${mostColumns}.\n  Remove columns, or name a schema with the ones to import.`,
    );
  }
  const wrong = names.filter((each) => !/^[A-Z][A-Z0-9_]*$/.test(each));
  const shown = wrong.slice(0, 3).map((each) => `"${toPrintable(each).slice(0, 100)}"`);
  if (wrong.length > 0) {
    problems.push(
      `${csv.setting}: ${showPath(csv.path)} has ${wrong.length === 1 ? "a column" : `${wrong.length} columns`} ${shown.join(", ")}` +
        `${wrong.length > shown.length ? " …" : ""}. Names of columns begin with a letter, and have letters, digits and ` +
        "underscores.\n  Rename them in the file.",
    );
  }
  if (problems.length > 0) throw new Refusal(problems.join("\n"));
}

const requiredColumns = (schema: string): string[] =>
  fieldsOf(schema)
    .filter((field) => !allowsNull(field))
    .map(({ name }) => name);

function requireSchemaColumns(file: CsvFile, csv: GivenFile, text: string, schema: GivenFile): void {
  const missing = requiredColumns(text).filter((name) => placeOf(file, name) < 0);
  if (missing.length === 0) return;
  throw new Refusal(
    `${csv.setting}: ${showPath(csv.path)} has no ${toPrintable(missing.join(", no "))}, which ${showPath(schema.path)} (${schema.setting}) ` +
      `requires. Its columns: ${showColumns(file.rows[0] ?? [])}.\n` +
      '  Add the columns, or let them be empty in the schema: "type": ["null", "string"]',
  );
}
