// What a stack is made of: its configuration and the files that it names, compared with each other
// before anything is created.
import { readData, type StackData } from "../../components/ingestion/stack-data";
import { checkData } from "../../components/models/recommendation-models";
import { requireColumns } from "../../components/serving/recommendation-serving";
import { runTogether } from "../../components/support/run-together";
import { requireNames, type StackName, startOfNames } from "../../names/physical-names";
import { completeConfig, readValues, type StackConfig } from "./config";
import { findScarceTypes, findStrangeTypes } from "./event-weights";
import { findWrongGoal } from "./experiment";
import type { Values } from "./keys";
import { createError, type Problem } from "./problems";
import type { StackFiles } from "./stack-file";

export interface GivenStack extends StackName {
  /** The values by key. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly files?: StackFiles | undefined;
  /** Checks of what else is configured, each of which throws what is wrong. */
  readonly checks?: readonly (() => void)[];
}

/**
 * Reads the configuration and the data. Throws one error about everything that is wrong with both.
 */
export function readStack({ project, stack, settings, files, checks = [] }: GivenStack): {
  config: StackConfig;
  data: StackData;
} {
  const { values, problems } = readValues(settings, files);
  const found = readCheckedData(values, [() => requireNames({ project, stack }), ...checks]);
  const boundary = checkBoundary(values.permissionsBoundaryArn, { project, stack });
  const all = [...problems, ...boundary, ...found.problems];
  if (found.data === undefined || all.length + found.others.length > 0)
    throw createError(all, found.others, { stack, given: Object.keys(settings), files });
  return { config: completeConfig(values as Values, stack), data: found.data };
}

/**
 * Refuses a boundary that the stack's deploy role could rewrite: it may change each policy whose
 * name begins as the stack's do.
 */
function checkBoundary(arn: string | undefined, name: StackName): Problem[] {
  const start = startOfNames(name);
  if (!arn?.includes(`:policy/${start}`)) return [];
  const message = `limits nothing: the deploy role may change policies whose names begin with ${start}. Give the boundary another name`;
  return [{ key: "permissionsBoundaryArn", message }];
}

/** Reads the data of a stack whose configuration is right by itself. Throws what they lack. */
export function readDataOf(config: StackConfig): StackData {
  const { data, problems, others } = readCheckedData(config, []);
  if (data === undefined || problems.length + others.length > 0)
    throw createError(problems, others, { stack: "", given: [] });
  return data;
}

type DataKeys = Pick<Values, (typeof dataKeys)[number]>;

const optionalKeys = ["itemsFile", "itemsSchemaFile", "usersFile", "usersSchemaFile", "eventTypes"] as const;
const dataKeys = ["interactionsFile", "interactionsSchemaFile", ...optionalKeys] as const;

/** Reads the data if the keys about them are right, and compares the other right ones with them. */
function readCheckedData(
  values: Partial<Values>,
  checks: readonly (() => void)[],
): { data?: StackData | undefined; problems: Problem[]; others: string[] } {
  const others: string[] = [];
  const attempt = <T>(...works: (() => T)[]) => {
    try {
      return runTogether(...works);
    } catch (error) {
      if ((error as Error).constructor !== Error) throw error;
      others.push((error as Error).message);
      return [];
    }
  };
  attempt(...checks);
  const isReadable = dataKeys.every((key) => key in values || optionalKeys.some((optional) => optional === key));
  const [data] = isReadable ? attempt(() => readData(describeSources(values as DataKeys))) : [];
  if (data === undefined) return { problems: [], others };
  const { filters = {}, placements = {}, experiment } = values;
  const shown = Object.entries(placements).map(([name, { columns }]) => ({ name, columns }));
  attempt(
    () => checkData(data, filters),
    () => requireColumns({ data, placements: shown }),
  );
  const strange = findStrangeTypes(data.eventTypes, values);
  const problems = [...findWrongGoal(data.eventTypes, experiment), ...strange];
  if (data.shortage === undefined && strange.length === 0)
    problems.push(...findScarceTypes(data.interactions.file, values));
  return { data, problems, others };
}

/** The project's own items. */
const petCatalogue = { csvFile: "seed/items.csv", schemaFile: "seed/items.schema.json" };

function describeSources(config: DataKeys) {
  return {
    interactions: { csvFile: config.interactionsFile, schemaFile: config.interactionsSchemaFile },
    items: { csvFile: config.itemsFile, schemaFile: config.itemsSchemaFile, standard: petCatalogue },
    users:
      config.usersFile === undefined ? undefined : { csvFile: config.usersFile, schemaFile: config.usersSchemaFile },
    eventTypes: config.eventTypes,
  };
}
