// Reads the files of the first import, before anything is created.
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { noteUnused, readInteractions } from "../../seed/import-files/checked-rows";
import { type CsvFile, toSchemaColumns } from "../../seed/import-files/csv-file";
import { chooseEventTypes, defaultEventType } from "../../seed/import-files/event-types";
import { type GivenFile, readGivenText } from "../../seed/import-files/given-file";
import { readItems } from "../../seed/import-files/items-source";
import { requireKnownIds } from "../../seed/import-files/judge-ids";
import { readRowsFile, usersDataset } from "../../seed/import-files/rows-file";
import { fieldsOf } from "../../seed/import-files/schema-fields";
import { findShortage } from "../../seed/import-files/training-minimum";
import { runTogether } from "../support/run-together";

/** A file of the import and the schema of its dataset. */
export interface DatasetSource {
  /** Paths, absolute or relative to the working directory. */
  csvFile: string;
  schemaFile: string;
}

/** The files of the first import. */
export interface DataSources {
  interactions: DatasetSource;
  items: {
    /**
     * @default the file of `standard`, if the interactions are with its items; else the items of
     * the interactions
     */
    csvFile?: string | undefined;
    /**
     * @default the schema of `standard`, if the file has its columns; else it is derived from the
     * file's values
     */
    schemaFile?: string | undefined;
    standard: DatasetSource;
  };
  /** @default no users. Without a schema, it is derived from the file's values */
  users?: { csvFile: string; schemaFile?: string | undefined } | undefined;
  /** Event types that producers may send. @default those of the interactions */
  eventTypes?: readonly string[] | undefined;
}

/** The data of a dataset, as they were read. */
export interface ReadSource {
  schema: string;
  from: string;
  /** As the file has it. */
  file: CsvFile;
  /** In the schema's columns, as it is imported. */
  csv: string;
  hash: string;
}

/** The content of the first import's files. */
export interface StackData {
  interactions: ReadSource;
  items: ReadSource;
  users?: ReadSource | undefined;
  /** Event types that producers may send. */
  eventTypes: readonly string[];
  /** Says what the interactions lack for a training; undefined when they are enough. */
  shortage: string | undefined;
  /** Sentences about what was derived or not used. */
  notes: readonly string[];
}

/** Reads the files. Throws one error about all that is wrong with them. */
export function readData({ interactions, items, users, eventTypes }: DataSources): StackData {
  const { notes, ...read } = readInteractionsSource(interactions);
  const [ofItems, ofUsers, chosen] = runTogether(
    () => readItemsSource(items, read.file),
    () => users && readUsersSource(users, read.file),
    () => chooseEventTypes(read.file, read.schema, eventTypes, defaultEventType),
  );
  return {
    interactions: read,
    items: ofItems,
    ...(ofUsers && { users: ofUsers }),
    eventTypes: chosen,
    shortage: findShortage(read.file),
    notes: [...notes, ...ofItems.notes, ...(ofUsers?.notes ?? [])],
  };
}

const fileOf = (key: string, path: string): GivenFile => ({
  setting: `recommender:${key}`,
  path,
  remedy: `Set recommender:${key} to the path of the right file.`,
});

function readInteractionsSource({ csvFile, schemaFile }: DatasetSource): ReadSource & { notes: readonly string[] } {
  const given = fileOf("interactionsFile", csvFile);
  const schema = readGivenText(fileOf("interactionsSchemaFile", schemaFile));
  const fields = fieldsOf(schema);
  const file = readInteractions(given, fields);
  const notes = noteUnused(file, given, fields);
  return { ...toSource(file, schema, { EVENT_TYPE: defaultEventType }, csvFile), notes };
}

function readItemsSource(
  { csvFile, schemaFile, standard }: DataSources["items"],
  interactions: CsvFile,
): ReadSource & { notes: readonly string[] } {
  const source = {
    csv: csvFile === undefined ? undefined : fileOf("itemsFile", csvFile),
    schema: schemaFile === undefined ? undefined : fileOf("itemsSchemaFile", schemaFile),
    standard: {
      csv: fileOf("itemsFile", standard.csvFile),
      schema: fileOf("itemsSchemaFile", standard.schemaFile),
    },
  };
  const { file, path, schema, notes } = readItems(source, interactions);
  return { ...toSource(file, schema, {}, path), notes };
}

function readUsersSource({ csvFile, schemaFile }: NonNullable<DataSources["users"]>, interactions: CsvFile) {
  const given = fileOf("usersFile", csvFile);
  const { file, path, schema, notes } = readRowsFile(usersDataset, given, {
    schema: schemaFile === undefined ? undefined : fileOf("usersSchemaFile", schemaFile),
    setting: "recommender:usersSchemaFile",
  });
  requireKnownIds(usersDataset, interactions, file, given);
  return { ...toSource(file, schema, {}, path), notes };
}

function toSource(
  file: CsvFile,
  schema: string,
  defaults: Record<string, string>,
  path: string | undefined,
): ReadSource {
  const csv = toSchemaColumns(file, schema, defaults);
  const hash = createHash("sha256").update(csv).digest("hex");
  const from = path === undefined ? "the interactions (recommender:interactionsFile)" : resolve(path);
  return { schema, from, file, csv, hash };
}
