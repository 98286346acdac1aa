import type { z } from "zod";
import type { Experiment } from "../../contract";
import { type RecipeName, recipes } from "../../dynamic-providers/checks/recipes";
import type { Gate } from "../../functions/retraining/promotion-gate";
import type { Step } from "../../names/config-command";
import { programName } from "../../names/layout";
import { suggest } from "../../names/near-names";
import { isProtected } from "./contradictions";
import { completeExperiment, type GivenExperiment, toForm } from "./experiment-forms";
import { isTooDeepText, parseStructure } from "./fields";
import { gateFields } from "./gate-fields";
import { configKeys, defaultExploration, fieldOf, fields, type Key, sampleHyperParameters, type Values } from "./keys";
import { tooDeep } from "./levels";
import { listModels } from "./models";
import { type Problem, writeBlock } from "./problems";
import type { Readable } from "./rules";
import type { StackFiles } from "./stack-file";

/** Keys whose default depends on other keys or on the stack. */
type DependentKey = "recommendationHyperParameters" | "rerankingHyperParameters" | "deletionProtection";

/** Keys that are returned as a group. */
type GroupedKey = keyof Gate | `rerank${Capitalize<keyof Gate>}` | keyof typeof defaultExploration;

/** The stack's configuration with all defaults. */
export type StackConfig = Omit<Values, DependentKey | GroupedKey | "experiment"> & {
  [K in DependentKey]-?: Exclude<Values[K], undefined>;
} & {
  /** The gate's bounds by model. */
  gates: Record<string, Gate>;
  /** For models whose recipe has these settings. */
  exploration: typeof defaultExploration;
  experiment: Experiment | undefined;
  /** The experiment without the members that the user did not give. */
  givenExperiment: GivenExperiment | undefined;
};

/** Keys whose members are judged alone by rules, with the names of those in `Readable`. */
const memberKeys = { filters: "eachFilter", placements: "eachPlacement" } as const;

/**
 * Reads the values of the keys and says which are wrong by themselves. `values` lacks each wrong
 * key; `readable` has also the members of filters and placements of which only others are wrong.
 */
export function readValues(
  raw: Readonly<Record<string, unknown>>,
  files?: StackFiles,
): { values: Partial<Values>; readable: Readable; problems: Problem[] } {
  const given = new Map(Object.entries(raw));
  const unknown = [...given.keys()].filter((key) => !Object.hasOwn(fields, key));
  const read = configKeys.map((key) => ({ key, ...readValue(key, given.get(key), files) }));
  const values: Partial<Values> = Object.fromEntries(
    read.flatMap(({ key, data, problems }) => (problems.length > 0 ? [] : [[key, data]])),
  );
  const members = Object.entries(memberKeys).flatMap(([key, name]) => {
    const each = readMembers(key as keyof typeof memberKeys, given.get(key));
    return each ? [[name, each]] : [];
  });
  return {
    values,
    readable: { ...values, ...Object.fromEntries(members) },
    problems: [
      ...read.flatMap(({ problems }) => problems),
      ...unknown.map((key) => ({ key, message: `is not a key of this program${suggest(key, configKeys)}` })),
    ],
  };
}

function readValue(key: Key, given: unknown, files: StackFiles | undefined): { data?: unknown; problems: Problem[] } {
  if (isTooDeepText(given)) return { problems: [{ key, message: tooDeep }] };
  const value = parseStructure(given);
  const { success, data, error } = fieldOf(key).safeParse(value, { reportInput: true });
  const problems = [...findTexts(key, given, value, files), ...(success ? findMisread(key, value, data, files) : [])];
  for (const issue of error?.issues ?? []) {
    const inside = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
    problems.push({ key, inside, message: issue.message, ...describeInnerText(issue, inside) });
  }
  return { data, problems };
}

/** Reads each member alone; one that is wrong is undefined. Nothing where the value has none. */
function readMembers(key: keyof typeof memberKeys, given: unknown): Record<string, unknown> | undefined {
  const value = parseStructure(given) ?? {};
  if (typeof value !== "object" || Array.isArray(value)) return undefined;
  const read = ([name, member]: [string, unknown]) => {
    const { data } = fields[key].safeParse({ [name]: member });
    return [name, data && new Map<string, unknown>(Object.entries(data)).get(name)];
  };
  return Object.fromEntries(Object.entries(value).map(read));
}

/**
 * Finds a list or an object that is written as text in the file: commands with `--path` would
 * replace all of it.
 */
function findTexts(key: string, given: unknown, value: unknown, files: StackFiles | undefined): Problem[] {
  const text = files?.textOf(`${programName}:${key}`);
  if (text === undefined || text !== given || typeof value === "string") return [];
  const message = "is text, of which the Pulumi CLI cannot change a part. Put this in its place:";
  const name = `${programName}:${key}`;
  return [{ key, message, block: writeBlock(name, files?.isOwn(name) ? value : { value }) }];
}

/** The same inside of a value, where it is wrong in each file. */
function describeInnerText({ input, message }: z.core.$ZodIssue, inside: readonly Step[]): Partial<Problem> {
  const value = parseStructure(input);
  const name = inside.at(-1);
  if (typeof input !== "string" || typeof value === "string" || typeof name !== "string") return {};
  return { message: `${message}, not text. Put this in its place:`, block: writeBlock(name, value) };
}

/**
 * Finds texts that are written without quotes, so that YAML made other ones of them: 007, 1.0 and
 * 1e3 became 7, 1 and 1000.
 */
function findMisread(key: string, value: unknown, read: unknown, files: StackFiles | undefined): Problem[] {
  const visit = (before: unknown, after: unknown, inside: readonly Step[]): Problem[] => {
    if (typeof after === "string" && typeof before !== "string") {
      const source = files?.sourceOf(`${programName}:${key}`, inside);
      if (source === undefined || source === after) return [];
      return [{ key, inside, message: `is text, and ${source} without quotes is read as ${after}. Put it in quotes` }];
    }
    if (typeof before !== "object" || before === null || typeof after !== "object" || after === null) return [];
    const members = new Map<string, unknown>(Object.entries(after));
    const toStep = (name: string) => (Array.isArray(before) ? Number(name) : name);
    return Object.entries(before).flatMap(([name, each]) => visit(each, members.get(name), [...inside, toStep(name)]));
  };
  return visit(value, read, []);
}

/** Adds the defaults that depend on other keys or on the stack. */
export function completeConfig(parsed: Values, stack: string): StackConfig {
  const { explorationWeight = defaultExploration.explorationWeight, ...others } = parsed;
  const { explorationItemAgeCutOff = defaultExploration.explorationItemAgeCutOff, ...config } = others;
  const defaultHyperParameters = (recipe: RecipeName) =>
    recipes[recipe].chargedBy === "hours" ? sampleHyperParameters : {};
  return {
    ...config,
    recommendationHyperParameters:
      config.recommendationHyperParameters ?? defaultHyperParameters(config.recommendationRecipe),
    rerankingHyperParameters: config.rerankingHyperParameters ?? defaultHyperParameters(config.rerankingRecipe),
    gates: Object.fromEntries(listModels(parsed).map(({ name, gate }) => [name, pickGate(parsed, gate)])),
    deletionProtection: isProtected(config, stack),
    exploration: { explorationWeight, explorationItemAgeCutOff },
    experiment: config.experiment && completeExperiment(config.experiment),
    givenExperiment: config.experiment && toForm(config.experiment),
  };
}

/** Picks the gate's keys; a model's own bound takes precedence. */
function pickGate(config: Values, own: Partial<Gate>): Gate {
  const values = new Map<string, unknown>(Object.entries(config));
  const bounds = new Map<string, unknown>(Object.entries(own));
  const pick = (key: string) => bounds.get(key) ?? values.get(key);
  return Object.fromEntries(Object.keys(gateFields).map((key) => [key, pick(key)])) as unknown as Gate;
}
