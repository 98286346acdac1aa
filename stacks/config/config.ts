import type { z } from "zod";
import { type RecipeName, recipes } from "../../dynamic-providers/checks/recipes";
import type { Gate } from "../../functions/retraining/promotion-gate";
import type { Step } from "../../names/config-command";
import { programName } from "../../names/layout";
import { suggest } from "../../names/near-names";
import { findContradictions } from "./contradictions";
import { isTooDeepText, parseStructure } from "./fields";
import { gateFields } from "./gate-fields";
import { configKeys, defaultExploration, fields, sampleHyperParameters, type Values } from "./keys";
import { tooDeep } from "./levels";
import { listModels } from "./models";
import { type Problem, writeBlock } from "./problems";
import type { StackFiles } from "./stack-file";

/** Keys whose default depends on other keys or on the stack. */
type DependentKey = "recommendationHyperParameters" | "rerankingHyperParameters" | "deletionProtection";

/** Keys that are returned as a group. */
type GroupedKey = keyof Gate | `rerank${Capitalize<keyof Gate>}` | keyof typeof defaultExploration;

/** The stack's configuration with all defaults. */
export type StackConfig = Omit<Values, DependentKey | GroupedKey> & {
  [K in DependentKey]-?: Exclude<Values[K], undefined>;
} & {
  /** The gate's bounds by model. */
  gates: Record<string, Gate>;
  /** For models whose recipe has these settings. */
  exploration: typeof defaultExploration;
};

/** Reads the values of the keys, those that are wrong left out, and says what is wrong. */
export function readValues(raw: Readonly<Record<string, unknown>>, files?: StackFiles) {
  const problems: Problem[] = [];
  const given = new Map(Object.entries(raw));
  const read = new Map<string, unknown>();
  for (const [key, field] of Object.entries(fields)) {
    if (isTooDeepText(given.get(key))) {
      problems.push({ key, message: tooDeep });
      continue;
    }
    const value = parseStructure(given.get(key));
    const asText = findTexts(key, given.get(key), value, files);
    const { success, data, error } = field.safeParse(value, { reportInput: true });
    const misread = success ? findMisread(key, value, data, files) : [];
    if (success && asText.length + misread.length === 0) read.set(key, data);
    problems.push(...asText, ...misread);
    for (const issue of error?.issues ?? []) {
      const inside = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
      problems.push({ key, inside, message: issue.message, ...describeInnerText(issue, inside) });
    }
  }
  for (const key of given.keys()) {
    if (Object.hasOwn(fields, key)) continue;
    problems.push({ key, message: `is not a key of this program${suggest(key, configKeys)}` });
  }
  const values: Partial<Values> = Object.fromEntries(read);
  problems.push(...findContradictions(values));
  return { values, problems };
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
  };
}

/** Finds out whether a stack is protected, also where its key is not set. */
export const isProtected = ({ deletionProtection }: Pick<Partial<Values>, "deletionProtection">, stack: string) =>
  deletionProtection ?? stack !== "dev";

/** Picks the gate's keys; a model's own bound takes precedence. */
function pickGate(config: Values, own: Partial<Gate>): Gate {
  const values = new Map<string, unknown>(Object.entries(config));
  const bounds = new Map<string, unknown>(Object.entries(own));
  const pick = (key: string) => bounds.get(key) ?? values.get(key);
  return Object.fromEntries(Object.keys(gateFields).map((key) => [key, pick(key)])) as unknown as Gate;
}
