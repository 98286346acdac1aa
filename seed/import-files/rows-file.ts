import { basename } from "node:path";
import { allowsNull } from "../../functions/ingestion/columns";
import { countOf, toPrintable } from "../../names/printable";
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
  /** A sentence about the import without the file. */
  readonly otherwise: string;
}

export const itemsDataset: RowsDataset = {
  name: "Items",
  word: "item",
  idColumn: "ITEM_ID",
  ownColumns: ["CREATION_TIMESTAMP"],
  otherwise: "Without an items file, the items of the interactions are used.",
};

export const usersDataset: RowsDataset = {
  name: "Users",
  word: "user",
  idColumn: "USER_ID",
  ownColumns: [],
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
}

/**
 * Reads a file of items or users and its schema. Without a schema, that of `standard` is used if
 * the file has its columns; otherwise it is derived from the file's values.
 */
export function readRowsFile(dataset: RowsDataset, given: GivenFile, schema: SchemaSource): Rows {
  const file = readGivenCsv(given);
  requireColumns(file, given, [dataset.idColumn]);
  const [text = "", ...notes] = chooseSchema(dataset, file, given, schema);
  const fields = fieldsOf(text);
  const { csv, notes: repeated } = keepLastRows(checkRows(file, given, fields), given, dataset);
  return {
    file: csv,
    path: given.path,
    schema: text,
    notes: [...notes, ...repeated, ...noteUnused(csv, given, fields)],
  };
}

/** Returns the schema of a file, and notes on how it was derived. */
function chooseSchema(
  dataset: RowsDataset,
  csv: CsvFile,
  file: GivenFile,
  { schema, standard, setting }: SchemaSource,
): string[] {
  const given = schema ?? standard;
  const text = given && readGivenText(given);
  if (schema !== undefined && text !== undefined) requireSchemaColumns(csv, file, text, schema);
  else if (text === undefined || requiredColumns(text).some((column) => placeOf(csv, column) < 0)) {
    const columns = deriveColumns(dataset, csv, file);
    return [
      writeSchema(dataset, columns),
      `The schema of ${toPrintable(basename(file.path))} was derived from its ${countOf(csv.rows.length - 1, "row")}:`,
      ...describeColumns(columns),
      `To change it, write a schema file, and name it with ${setting}; docs/own-data.md shows one.`,
    ];
  }
  return [text];
}

/** Derives the columns of a file, which must have at least one in addition to the service's own. */
function deriveColumns({ idColumn, ownColumns, otherwise }: RowsDataset, file: CsvFile, csv: GivenFile): RowColumn[] {
  const names = [...file.position.keys()].filter((name) => name !== idColumn && name !== "");
  const wrong = names.find((name) => !/^[A-Z][A-Z0-9_]*$/.test(name));
  if (wrong !== undefined) {
    throw new Error(
      `${csv.setting}: ${showPath(csv.path)} has a column "${toPrintable(wrong)}". Names of columns have letters, digits and underscores.\n` +
        "  Rename it in the file.",
    );
  }
  if (!names.some((name) => !ownColumns.includes(name))) {
    throw new Error(
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

const requiredColumns = (schema: string): string[] =>
  fieldsOf(schema)
    .filter((field) => !allowsNull(field))
    .map(({ name }) => name);

function requireSchemaColumns(file: CsvFile, csv: GivenFile, text: string, schema: GivenFile): void {
  const missing = requiredColumns(text).filter((name) => placeOf(file, name) < 0);
  if (missing.length === 0) return;
  throw new Error(
    `${csv.setting}: ${showPath(csv.path)} has no ${toPrintable(missing.join(", no "))}, which ${showPath(schema.path)} (${schema.setting}) ` +
      `requires. Its columns: ${showColumns(file.rows[0] ?? [])}.\n` +
      '  Add the columns, or let them be empty in the schema: "type": ["null", "string"]',
  );
}
