// Reads the files of the first import, before anything is created.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { attempt } from "../../names/attempt";
import { Refusal } from "../../names/refusal";
import { showPath } from "../../names/shown-path";
import { noteUnused, readInteractions } from "./checked-rows";
import { type CsvFile, toSchemaColumns } from "./csv-file";
import { listEventColumns, warnOfUnfillable } from "./event-columns";
import { defaultEventType, listEventTypes, warnOfTypes } from "./event-types";
import { type GivenFile, readGivenText } from "./given-file";
import { readItems } from "./items-source";
import { itemIds, judgeIds, requireKnownIds, warnOfCrowds } from "./judge-ids";
import { warnOfStatus } from "./judge-status";
import { readRowsFile, usersDataset } from "./rows-file";
import { fieldsOf } from "./schema-fields";

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
  /** What is probably not meant. */
  warnings: readonly string[];
}

type FileKey = Exclude<keyof DataConfig, "eventTypes">;

/** The settings that name the files, and the path of the project's own items. */
export interface DataSettings {
  readonly fileOf: (key: FileKey, path: string) => GivenFile;
  readonly root: string;
}

/** The keys of the stack's configuration, of which each is relative to the working directory. */
const keys: DataSettings = {
  fileOf: (key, path) => ({
    setting: `recommender:${key}`,
    path,
    remedy: `Set recommender:${key} to the path of the right file.`,
  }),
  root: "",
};

/** Reads the files. Throws one error about all that is wrong with them. */
export function readData(config: DataConfig): StackData {
  const { data, problems, warnings } = judgeData(config);
  if (data === undefined || problems.length > 0) throw new Refusal(listProblems(problems, warnings));
  return data;
}

/** Lists what is wrong, and what is probably not meant, so that one run says both. */
export const listProblems = (problems: readonly string[], warnings: readonly string[]): string =>
  [...problems, ...warnings.map((warning) => `Warning: ${warning}`)].join("\n");

export interface JudgedData {
  readonly data?: StackData;
  readonly problems: readonly string[];
  /** Those of the data, and of the files that can be read where there are none. */
  readonly warnings: readonly string[];
}

/**
 * Reads the files, and says all that is wrong with them. The data are absent when a file cannot be
 * read; with other problems they are there, so that more can be judged.
 */
export function judgeData(config: DataConfig, settings: DataSettings = keys): JudgedData {
  const problems: string[] = [];
  const interactions = attempt(() => readInteractionsSource(config, settings, problems), problems);
  const items = attempt(() => readItemsSource(config, settings, interactions?.file, problems), problems);
  const users = attempt(() => readUsersSource(config, settings, interactions?.file, problems), problems);
  const warnings = [
    ...(interactions ? warnOfInteractions(interactions, settings) : []),
    ...(interactions && items ? judgeIds(itemIds, interactions.file, items.file) : []),
    ...[items, users].flatMap((rows) => rows?.warnings ?? []),
    ...(items ? warnOfStatus(items.file, items.from) : []),
  ];
  if (!interactions || !items || (config.usersFile !== undefined && !users)) return { problems, warnings };
  const data = {
    interactions,
    items,
    ...(users && { users }),
    eventTypes: config.eventTypes ?? listEventTypes(interactions.file),
    notes: [
      ...[interactions, items, users].flatMap((source) => source?.notes ?? []),
      // Visitors who never signed in have no row.
      ...(users ? judgeIds(usersDataset, interactions.file, users.file) : []),
    ],
    warnings,
  };
  return { data, problems, warnings };
}

function warnOfInteractions({ schema, file }: Source, { fileOf }: DataSettings): string[] {
  const unfillable = warnOfUnfillable(listEventColumns(schema), fileOf("interactionsSchemaFile", "").setting);
  return [...(unfillable === undefined ? [] : [unfillable]), ...warnOfTypes(file), ...warnOfCrowds(file)];
}

const findFile = ({ fileOf }: DataSettings, key: FileKey, path: string | undefined) =>
  path === undefined ? undefined : fileOf(key, path);

type Source = ReadSource & { readonly notes: readonly string[]; readonly warnings?: readonly string[] };

function readInteractionsSource(config: DataConfig, { fileOf }: DataSettings, problems: string[]): Source {
  const { interactionsFile, interactionsSchemaFile } = config;
  const given = fileOf("interactionsFile", interactionsFile);
  const schema = attempt(() => readGivenText(fileOf("interactionsSchemaFile", interactionsSchemaFile)), problems) ?? "";
  const fields = fieldsOf(schema);
  const file = readInteractions(given, fields, problems);
  const notes = noteUnused(file, given, fields);
  return { ...toSource(file, schema, { EVENT_TYPE: defaultEventType }, interactionsFile), notes };
}

function readItemsSource(
  { itemsFile, itemsSchemaFile }: DataConfig,
  settings: DataSettings,
  interactions: CsvFile | undefined,
  problems: string[],
): Source | undefined {
  const { fileOf, root } = settings;
  const source = {
    csv: findFile(settings, "itemsFile", itemsFile),
    schema: findFile(settings, "itemsSchemaFile", itemsSchemaFile),
    // The project's own items.
    standard: {
      csv: fileOf("itemsFile", join(root, "seed/items.csv")),
      schema: fileOf("itemsSchemaFile", join(root, "seed/items.schema.json")),
    },
  };
  const read = readItems(source, interactions, problems);
  if (!read) return undefined;
  const { notes, warnings } = read;
  return { ...toSource(read.file, read.schema, {}, read.path), notes, warnings };
}

function readUsersSource(
  { usersFile, usersSchemaFile }: DataConfig,
  settings: DataSettings,
  interactions: CsvFile | undefined,
  problems: string[],
): Source | undefined {
  const given = findFile(settings, "usersFile", usersFile);
  if (given === undefined) return undefined;
  const schema = findFile(settings, "usersSchemaFile", usersSchemaFile);
  const setting = settings.fileOf("usersSchemaFile", "").setting;
  const rows = readRowsFile(usersDataset, given, { schema, setting }, problems);
  const { file, path, schema: text, notes, warnings } = rows;
  if (interactions) attempt(() => requireKnownIds(usersDataset, interactions, file, given), problems);
  return { ...toSource(file, text, {}, path), notes, warnings };
}

function toSource(
  file: CsvFile,
  schema: string,
  defaults: Record<string, string>,
  path: string | undefined,
): ReadSource {
  const csv = toSchemaColumns(file, schema, defaults);
  const hash = createHash("sha256").update(csv).digest("hex");
  const from = path === undefined ? "the interactions (recommender:interactionsFile)" : showPath(path);
  return { schema, from, file, csv, hash };
}
