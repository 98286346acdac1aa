// Reads the files of the first import, before anything is created.
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { noteUnused, readInteractions } from "../../seed/import-files/checked-rows";
import { type CsvFile, toSchemaColumns } from "../../seed/import-files/csv-file";
import { defaultEventType, listEventTypes } from "../../seed/import-files/event-types";
import { type GivenFile, readGivenText } from "../../seed/import-files/given-file";
import { readItems } from "../../seed/import-files/items-source";
import { requireKnownIds } from "../../seed/import-files/judge-ids";
import { readRowsFile, usersDataset } from "../../seed/import-files/rows-file";
import { fieldsOf } from "../../seed/import-files/schema-fields";
import { runTogether } from "../support/run-together";

/**
 * The keys of the stack's configuration that name the files of the first import, absolute or
 * relative to the working directory.
 */
export interface DataConfig {
  interactionsFile: string;
  interactionsSchemaFile: string;
  /** @default the pets, if the interactions are with them; else the items of the interactions */
  itemsFile?: string | undefined;
  /** @default that of the pets, if the file has its columns; else one derived from the values */
  itemsSchemaFile?: string | undefined;
  /** @default no users */
  usersFile?: string | undefined;
  /** @default one derived from the values */
  usersSchemaFile?: string | undefined;
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
  /** Sentences about what was derived or not used. */
  notes: readonly string[];
}

/** Reads the files. Throws one error about all that is wrong with them. */
export function readData(config: DataConfig): StackData {
  const { notes, ...read } = readInteractionsSource(config);
  const [ofItems, ofUsers] = runTogether(
    () => readItemsSource(config, read.file),
    () => readUsersSource(config, read.file),
  );
  return {
    interactions: read,
    items: ofItems,
    ...(ofUsers && { users: ofUsers }),
    eventTypes: config.eventTypes ?? listEventTypes(read.file),
    notes: [...notes, ...ofItems.notes, ...(ofUsers?.notes ?? [])],
  };
}

type FileKey = Exclude<keyof DataConfig, "eventTypes">;

const fileOf = (key: FileKey, path: string): GivenFile => ({
  setting: `recommender:${key}`,
  path,
  remedy: `Set recommender:${key} to the path of the right file.`,
});

const findFile = (key: FileKey, path: string | undefined) => (path === undefined ? undefined : fileOf(key, path));

/** The project's own items. */
const pets = {
  csv: fileOf("itemsFile", "seed/items.csv"),
  schema: fileOf("itemsSchemaFile", "seed/items.schema.json"),
};

function readInteractionsSource({
  interactionsFile,
  interactionsSchemaFile,
}: DataConfig): ReadSource & { notes: readonly string[] } {
  const given = fileOf("interactionsFile", interactionsFile);
  const schema = readGivenText(fileOf("interactionsSchemaFile", interactionsSchemaFile));
  const fields = fieldsOf(schema);
  const file = readInteractions(given, fields);
  const notes = noteUnused(file, given, fields);
  return { ...toSource(file, schema, { EVENT_TYPE: defaultEventType }, interactionsFile), notes };
}

function readItemsSource(
  { itemsFile, itemsSchemaFile }: DataConfig,
  interactions: CsvFile,
): ReadSource & { notes: readonly string[] } {
  const given = { csv: findFile("itemsFile", itemsFile), schema: findFile("itemsSchemaFile", itemsSchemaFile) };
  const { file, path, schema, notes } = readItems({ ...given, standard: pets }, interactions);
  return { ...toSource(file, schema, {}, path), notes };
}

function readUsersSource({ usersFile, usersSchemaFile }: DataConfig, interactions: CsvFile) {
  const given = findFile("usersFile", usersFile);
  if (given === undefined) return undefined;
  const { file, path, schema, notes } = readRowsFile(usersDataset, given, {
    schema: findFile("usersSchemaFile", usersSchemaFile),
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
