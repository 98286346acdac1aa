import { basename } from "node:path";
import { allowsNull } from "../../functions/ingestion/columns";
import { countOf, toPrintable } from "../../names/printable";
import { checkRows, keepLastRows, noteUnused } from "./checked-rows";
import { type CsvFile, placeOf, quoteCell, readCsv } from "./csv-file";
import { type GivenFile, readGivenCsv, readGivenText, requireColumns, showColumns, showPath } from "./given-file";
import { deriveColumn, describeColumns, type ItemColumn, writeItemsSchema } from "./items-schema";
import { requireKnownItems, sharesItems } from "./judge-ids";
import { fieldsOf } from "./schema-fields";

/** The files of the items as the user gave them. */
export interface ItemsSource {
  /**
   * Absent: the catalogue of `standard` if the interactions are with its items, else the items of
   * the interactions.
   */
  readonly csv?: GivenFile | undefined;
  /**
   * Absent: the schema of `standard` if the file has its columns, else a schema that is derived
   * from the values.
   */
  readonly schema?: GivenFile | undefined;
  /** The project's own catalogue and its schema. */
  readonly standard: { readonly csv: GivenFile; readonly schema: GivenFile };
}

export interface Items {
  readonly file: CsvFile;
  /** Absent: the items were derived from the interactions. */
  readonly path?: string | undefined;
  readonly schema: string;
  /** The derived columns, and how to change them; empty when nothing was derived. */
  readonly notes: readonly string[];
}

/**
 * Reads the items and their schema, and derives what is not given. Errors name the user's files and
 * settings.
 */
export function readItems({ csv, schema, standard }: ItemsSource, interactions: CsvFile): Items {
  if (csv !== undefined) {
    const items = readItemsFile(csv, schema, standard.schema);
    requireKnownItems(interactions, items.file, csv);
    return items;
  }
  const catalogue = readGivenCsv(standard.csv);
  if (sharesItems(interactions, catalogue)) {
    return {
      file: catalogue,
      path: standard.csv.path,
      schema: readGivenText(schema ?? standard.schema),
      notes: [],
    };
  }
  if (schema !== undefined) {
    throw new Error(
      `${schema.setting}: there is no items file that ${showPath(schema.path)} describes.\n  ${standard.csv.remedy}`,
    );
  }
  return listItemsOf(interactions, standard);
}

function readItemsFile(given: GivenFile, schema: GivenFile | undefined, standard: GivenFile): Items {
  const file = readGivenCsv(given);
  requireColumns(file, given, ["ITEM_ID"]);
  const [text = "", ...notes] = chooseSchema(file, given, schema, standard);
  const fields = fieldsOf(text);
  const { csv, notes: repeated } = keepLastRows(checkRows(file, given, fields), given);
  return {
    file: csv,
    path: given.path,
    schema: text,
    notes: [...notes, ...repeated, ...noteUnused(csv, given, fields)],
  };
}

/** Returns the schema of an items file, and notes on how it was derived. */
function chooseSchema(csv: CsvFile, file: GivenFile, schema: GivenFile | undefined, standard: GivenFile): string[] {
  const text = readGivenText(schema ?? standard);
  if (schema !== undefined) requireSchemaColumns(csv, file, text, schema);
  else if (requiredColumns(text).some((column) => placeOf(csv, column) < 0)) {
    const columns = deriveColumns(csv, file);
    return [
      writeItemsSchema(columns),
      `The schema of ${toPrintable(basename(file.path))} was derived from its ${countOf(csv.rows.length - 1, "row")}:`,
      ...describeColumns(columns),
      `To change it, write a schema file, and name it with ${standard.setting}; docs/own-data.md shows one.`,
    ];
  }
  return [text];
}

/**
 * Derives the columns of an items file, which must have at least one in addition to ITEM_ID and
 * CREATION_TIMESTAMP.
 */
function deriveColumns(file: CsvFile, csv: GivenFile): ItemColumn[] {
  const names = [...file.position.keys()].filter((name) => name !== "ITEM_ID" && name !== "");
  const wrong = names.find((name) => !/^[A-Z][A-Z0-9_]*$/.test(name));
  if (wrong !== undefined) {
    throw new Error(
      `${csv.setting}: ${showPath(csv.path)} has a column "${toPrintable(wrong)}". Names of columns have letters, digits and underscores.\n` +
        "  Rename it in the file.",
    );
  }
  if (!names.some((name) => name !== "CREATION_TIMESTAMP")) {
    throw new Error(
      `${csv.setting}: ${showPath(csv.path)} has no column but ${["ITEM_ID", ...names].join(" and ")}; ` +
        "the service needs at least one more. " +
        "Without an items file, the items of the interactions are used.",
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

const column = (file: CsvFile, name: string): string[] => {
  const place = placeOf(file, name);
  return file.rows.slice(1).map((row) => row[place] ?? "");
};

/**
 * The items of the interactions as an items file. An Items dataset needs a column in addition to
 * ITEM_ID and the reserved CREATION_TIMESTAMP (guide, "Schemas"): here the number of interactions.
 * CREATION_TIMESTAMP is the time of the first one, because the service explores new items.
 */
function listItemsOf(interactions: CsvFile, standard: ItemsSource["standard"]): Items {
  const times = column(interactions, "TIMESTAMP");
  const found = new Map<string, { count: number; first: number }>();
  for (const [row, item] of column(interactions, "ITEM_ID").entries()) {
    if (item === "") continue;
    const { count, first } = found.get(item) ?? { count: 0, first: Number.POSITIVE_INFINITY };
    found.set(item, { count: count + 1, first: Math.min(first, Number(times[row])) });
  }
  const lines = Array.from(found, ([item, { count, first }]) => `${quoteCell(item)},${count},${first}`);
  const file = readCsv(`ITEM_ID,INTERACTIONS,CREATION_TIMESTAMP\n${lines.join("\n")}\n`);
  const number = { type: "long", categorical: false, nullable: false, values: found.size } as const;
  const notes = [
    `There is no items file: the catalogue is the ${countOf(found.size, "item")} of the interactions, without attributes.`,
    `To describe them, name a CSV file with ITEM_ID and other columns with ${standard.csv.setting}.`,
  ];
  const schema = writeItemsSchema([
    { name: "INTERACTIONS", ...number },
    { name: "CREATION_TIMESTAMP", ...number },
  ]);
  return { file, schema, notes };
}
