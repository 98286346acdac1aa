import { join } from "node:path";
import { stackConfig } from "../cli/stack/stack-file";
import { checkFilterColumns } from "../dynamic-providers/checks/filter-columns";
import { programName } from "../names/layout";
import type { GivenFile } from "../seed/import-files/given-file";
import { judgeData, listProblems } from "../seed/import-files/read-data";
import { fieldsOf } from "../seed/import-files/schema-fields";
import { dataRules } from "../stacks/config/data-rules";
import { describeByOption } from "../stacks/config/problems";
import { applyRules } from "../stacks/config/rules";

/** The files of `recommender start`. */
export interface OwnFiles {
  readonly interactions?: string | undefined;
  readonly interactionsSchema?: string | undefined;
  readonly items?: string | undefined;
  readonly itemsSchema?: string | undefined;
  readonly users?: string | undefined;
  readonly usersSchema?: string | undefined;
}

export interface OwnData {
  /** Values for the program's configuration keys. */
  readonly overrides: Readonly<Record<string, string>>;
  /** Notes for the user on what was derived or left out. */
  readonly notes: readonly string[];
  /** What is probably not meant. */
  readonly warnings: readonly string[];
}

const root = join(__dirname, "..");
const stack = "dev";
const options = new Map<string, string>([
  ["interactionsFile", "--interactions"],
  ["interactionsSchemaFile", "--interactions-schema"],
  ["itemsFile", "--items"],
  ["itemsSchemaFile", "--items-schema"],
  ["usersFile", "--users"],
  ["usersSchemaFile", "--users-schema"],
]);

const fileOf = (key: string, path: string): GivenFile => {
  const option = options.get(key) ?? key;
  return { setting: option, path, remedy: `npm start -- ${option} <file>` };
};

/**
 * Checks the user's own data before the account starts, and chooses the configuration that deploys
 * them. Filters of the stack that need columns which the items do not have are left out. Errors
 * name the file and the option.
 */
export function chooseOwnData(own: OwnFiles): OwnData {
  if (Object.values(own).every((file) => file === undefined)) return { overrides: {}, notes: [], warnings: [] };
  const { interactions, interactionsSchema, items, itemsSchema, users, usersSchema } = own;
  if (usersSchema !== undefined && users === undefined) {
    throw new Error("--users-schema: describes no file. Name the users with --users.");
  }
  const config = {
    interactionsFile: interactions ?? join(root, "seed/interactions.csv"),
    interactionsSchemaFile: interactionsSchema ?? join(root, "seed/interactions.schema.json"),
    itemsFile: items,
    itemsSchemaFile: itemsSchema,
    usersFile: users,
    usersSchemaFile: usersSchema,
  };
  const { data, problems, warnings } = judgeData(config, { fileOf, root });
  const wrong = data === undefined ? [] : applyRules(dataRules, { data }).problems;
  const all = [...problems, ...wrong.map((problem) => describeByOption(problem, (key) => options.get(key)))];
  if (data === undefined || all.length > 0) throw new Error(listProblems(all, warnings));
  const filters = chooseFilters({
    items: fieldsOf(data.items.schema),
    users: data.users && fieldsOf(data.users.schema),
    interactions: fieldsOf(data.interactions.schema),
  });
  return {
    overrides: {
      ...(interactions === undefined ? {} : { interactionsFile: interactions }),
      ...(interactionsSchema === undefined ? {} : { interactionsSchemaFile: interactionsSchema }),
      ...(items === undefined ? {} : { itemsFile: items }),
      ...(itemsSchema === undefined ? {} : { itemsSchemaFile: itemsSchema }),
      ...(users === undefined ? {} : { usersFile: users }),
      ...(usersSchema === undefined ? {} : { usersSchemaFile: usersSchema }),
      ...filters.overrides,
    },
    notes: [...data.notes, ...filters.notes],
    warnings,
  };
}

/** The stack's filters without those that the data cannot have. */
function chooseFilters(columns: Parameters<typeof checkFilterColumns>[1]): Omit<OwnData, "warnings"> {
  const configured: Record<string, string> = JSON.parse(stackConfig(stack)[`${programName}:filters`] ?? "{}");
  const fits = ([, expression]: [string, string]) => checkFilterColumns(expression, columns).length === 0;
  const kept = Object.entries(configured).filter(fits);
  const dropped = Object.keys(configured).filter((name) => !kept.some(([each]) => each === name));
  if (dropped.length === 0) return { overrides: {}, notes: [] };
  return {
    overrides: { filters: JSON.stringify(Object.fromEntries(kept)) },
    notes: [
      `Left out, because the data do not have their columns: the filters ${dropped.join(", ")} of Pulumi.${stack}.yaml.`,
    ],
  };
}
