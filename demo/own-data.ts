import { join } from "node:path";
import { stackConfig } from "../cli/stack/stack-file";
import { checkFilterColumns } from "../dynamic-providers/checks/filter-columns";
import { programName } from "../names/layout";
import { readInteractions } from "../seed/import-files/checked-rows";
import { type GivenFile, readGivenText } from "../seed/import-files/given-file";
import { readItems } from "../seed/import-files/items-source";
import { judgeIds } from "../seed/import-files/judge-ids";
import { fieldsOf } from "../seed/import-files/schema-fields";

/** The files of `recommender start`. */
export interface OwnFiles {
  readonly interactions?: string | undefined;
  readonly interactionsSchema?: string | undefined;
  readonly items?: string | undefined;
  readonly itemsSchema?: string | undefined;
}

export interface OwnData {
  /** Values for the program's configuration keys. */
  readonly overrides: Readonly<Record<string, string>>;
  /** Notes for the user on what was derived or left out. */
  readonly notes: readonly string[];
}

const root = join(__dirname, "..");
const stack = "dev";
const usualSchema = join(root, "seed/interactions.schema.json");
const options = {
  interactions: "--interactions",
  interactionsSchema: "--interactions-schema",
  items: "--items",
  itemsSchema: "--items-schema",
} as const;

/**
 * Checks the user's own data before the account starts, and chooses the configuration that deploys
 * them. Filters of the stack that need columns which the items do not have are left out. Errors
 * name the file and the option.
 */
export function chooseOwnData(own: OwnFiles): OwnData {
  const fileOf = (option: keyof OwnFiles, path: string): GivenFile => ({
    setting: options[option],
    path,
    remedy: `npm start -- ${options[option]} <file>`,
  });
  if (Object.values(own).every((file) => file === undefined)) return { overrides: {}, notes: [] };
  const { interactions, interactionsSchema, items, itemsSchema } = own;
  const ownSchema = interactionsSchema && readGivenText(fileOf("interactionsSchema", interactionsSchema));
  const given = fileOf("interactions", interactions ?? join(root, "seed/interactions.csv"));
  const file = readInteractions(given, fieldsOf(ownSchema ?? ""));
  const source = {
    csv: items === undefined ? undefined : fileOf("items", items),
    schema: itemsSchema === undefined ? undefined : fileOf("itemsSchema", itemsSchema),
    standard: {
      csv: fileOf("items", join(root, "seed/items.csv")),
      schema: fileOf("itemsSchema", join(root, "seed/items.schema.json")),
    },
  };
  const { schema, file: itemsFile, notes } = readItems(source, file);
  const filters = chooseFilters({
    items: fieldsOf(schema),
    interactions: fieldsOf(ownSchema ?? readGivenText(fileOf("interactionsSchema", usualSchema))),
  });
  return {
    overrides: {
      ...(interactions === undefined ? {} : { interactionsFile: interactions }),
      ...(interactionsSchema === undefined ? {} : { interactionsSchemaFile: interactionsSchema }),
      ...(items === undefined ? {} : { itemsFile: items }),
      ...(itemsSchema === undefined ? {} : { itemsSchemaFile: itemsSchema }),
      ...filters.overrides,
    },
    notes: [...notes, ...judgeIds(file, itemsFile), ...filters.notes],
  };
}

/** The stack's filters without those that the data cannot have. */
function chooseFilters(columns: Parameters<typeof checkFilterColumns>[1]): OwnData {
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
