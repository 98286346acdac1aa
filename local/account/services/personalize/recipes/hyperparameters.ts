import type { HPOConfig, SolutionConfig } from "@aws-sdk/client-personalize";
import { ownValue } from "../../../aws/record";
import { invalidInput } from "../faults";
import type { Hyperparameter, Recipe } from "./catalogue";

/** Refuses values that a recipe's parameters cannot have. Throws InvalidInputException that names the parameter. */
export function refuseWrongParameters(
  member: string,
  given: Readonly<Record<string, string>> = {},
  known: Readonly<Record<string, Hyperparameter>>,
  recipe: Recipe,
): void {
  for (const [name, text] of Object.entries(given)) {
    const rule = ownValue(known, name);
    if (!rule) throw invalidInput(`solutionConfig.${member}.${name} is not a parameter of the recipe ${recipe.name}.`);
    if (fits(rule, text)) continue;
    throw invalidInput(`solutionConfig.${member}.${name} is "${text}"; it must be ${rangeOf(rule)}.`);
  }
}

function fits(rule: Hyperparameter, text: string): boolean {
  if (rule.kind === "choice") return rule.choices.includes(text.toLowerCase());
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return value >= rule.min && value <= rule.max && (rule.kind === "fraction" || Number.isInteger(value));
}

function rangeOf(rule: Hyperparameter): string {
  if (rule.kind === "choice") return `one of ${rule.choices.join(", ")}`;
  return `a ${rule.kind === "whole" ? "whole number" : "number"} from ${rule.min} to ${rule.max}`;
}

/** Refuses values of parameters that only a search can set, without one. Throws InvalidInputException that names it. */
export function refuseUntuned(given: Readonly<Record<string, string>> = {}, { hyperparameters }: Recipe): void {
  const found = Object.keys(given).find((name) => ownValue(hyperparameters, name)?.tunedOnly);
  if (found === undefined) return;
  throw invalidInput(
    `solutionConfig.algorithmHyperParameters.${found} needs performHPO to be true and a range in hpoConfig.`,
  );
}

/**
 * Refuses tuning that the recipe does not have, and settings of it beyond the recipe's ranges. The parameters of neural
 * networks have no meaning in the model here; they are still checked and stored.
 */
export function refuseWrongTuning(recipe: Recipe, performHPO: boolean, config: HPOConfig | undefined): void {
  if (!performHPO) {
    if (config) throw invalidInput("solutionConfig.hpoConfig needs performHPO to be true.");
    return;
  }
  if (tunable(recipe).length === 0) {
    throw invalidInput(`performHPO is not available for the recipe ${recipe.name}.`);
  }
  // "Amazon Personalize doesn't support configuring the hpoObjective at this time" (API reference, HPOConfig).
  if (config?.hpoObjective) throw invalidInput("solutionConfig.hpoConfig.hpoObjective cannot be configured.");
  refuseWrongJobs("maxNumberOfTrainingJobs", config?.hpoResourceConfig?.maxNumberOfTrainingJobs, mostJobs);
  refuseWrongJobs("maxParallelTrainingJobs", config?.hpoResourceConfig?.maxParallelTrainingJobs, 10);
  refuseWrongRanges(recipe, config?.algorithmHyperParameterRanges ?? {});
}

/** Trainings of one search, also where the configuration does not say how many (API reference, HPOResourceConfig). */
const mostJobs = 40;

/** Most jobs: API reference, HPOResourceConfig. */
function refuseWrongJobs(member: string, text: string | undefined, most: number): void {
  if (text === undefined || (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= most)) return;
  throw invalidInput(
    `hpoConfig.hpoResourceConfig.${member} is "${text}"; it must be a whole number from 1 to ${most}.`,
  );
}

function refuseWrongRanges(recipe: Recipe, ranges: NonNullable<HPOConfig["algorithmHyperParameterRanges"]>): void {
  const refuse = (name: string, kind: Hyperparameter["kind"], values: readonly string[]) => {
    const at = `hpoConfig.algorithmHyperParameterRanges of ${name}`;
    const rule = ownValue(recipe.hyperparameters, name);
    if (rule?.kind !== kind || !rule.tunable) {
      throw invalidInput(`${at}: the recipe ${recipe.name} has no such hyperparameter to be tuned.`);
    }
    const wrong = values.find((value) => !fits(rule, value));
    if (wrong !== undefined) throw invalidInput(`${at} has "${wrong}"; it must be ${rangeOf(rule)}.`);
    if (kind !== "choice" && Number(values[0]) > Number(values[1])) {
      throw invalidInput(`${at}: minValue ${values[0]} is above maxValue ${values[1]}.`);
    }
  };
  for (const { name = "", minValue, maxValue } of ranges.integerHyperParameterRanges ?? []) {
    refuse(name, "whole", [String(minValue), String(maxValue)]);
  }
  for (const { name = "", minValue, maxValue } of ranges.continuousHyperParameterRanges ?? []) {
    refuse(name, "fraction", [String(minValue), String(maxValue)]);
  }
  for (const { name = "", values = [] } of ranges.categoricalHyperParameterRanges ?? []) refuse(name, "choice", values);
}

/**
 * The tunable parameters of a version that is tuned: what its training found, else what the solution says or the recipe's
 * default, moved into the ranges of its `hpoConfig`. `recency_mask` needs no search: the model never loses likelihood by
 * it.
 */
export function tunedParameters(
  recipe: Recipe,
  { algorithmHyperParameters = {}, hpoConfig }: SolutionConfig,
  found: Readonly<Record<string, number>> = {},
): Record<string, string> {
  const within = (name: string, value: string): string => {
    const [min, max] = rangeIn(hpoConfig, name) ?? [];
    if (min !== undefined && max !== undefined) return String(Math.min(max, Math.max(min, Number(value))));
    const ranges = hpoConfig?.algorithmHyperParameterRanges?.categoricalHyperParameterRanges;
    const choices = ranges?.find((range) => range.name === name)?.values;
    return choices === undefined || choices.includes(value) ? value : (choices[0] ?? value);
  };
  return Object.fromEntries(
    tunable(recipe).map(([name, rule]) => [
      name,
      String(ownValue(found, name) ?? within(name, ownValue(algorithmHyperParameters, name) ?? rule.default)),
    ]),
  );
}

/** The number of values of each parameter that are tried. */
const steps = 5;

/**
 * Lists the candidates of a search over SIMS's parameters: a grid over their ranges, at most `maxNumberOfTrainingJobs` of
 * it.
 */
export function candidatesOf(recipe: Recipe, { hpoConfig }: SolutionConfig): Record<string, string>[] {
  if (recipe.name !== "aws-sims") return [];
  const grid = tunable(recipe).reduce<Record<string, string>[]>(
    (sets, [name, rule]) =>
      valuesOf(rule, rangeIn(hpoConfig, name)).flatMap((value) => sets.map((set) => ({ ...set, [name]: value }))),
    [{}],
  );
  return grid.slice(0, Number(hpoConfig?.hpoResourceConfig?.maxNumberOfTrainingJobs ?? mostJobs));
}

const tunable = (recipe: Recipe) => Object.entries(recipe.hyperparameters).filter(([, rule]) => rule.tunable);

function rangeIn(config: HPOConfig | undefined, name: string): readonly [number, number] | undefined {
  const { integerHyperParameterRanges = [], continuousHyperParameterRanges = [] } =
    config?.algorithmHyperParameterRanges ?? {};
  const range = [...integerHyperParameterRanges, ...continuousHyperParameterRanges].find((one) => one.name === name);
  return range?.minValue === undefined || range.maxValue === undefined ? undefined : [range.minValue, range.maxValue];
}

/** Evenly spaced over the range given, or over the recipe's. */
function valuesOf(rule: Hyperparameter, given: readonly [number, number] | undefined): string[] {
  if (rule.kind === "choice") return [...rule.choices];
  const [min, max] = given ?? [rule.min, rule.max];
  const values = Array.from({ length: steps }, (_, step) => min + ((max - min) * step) / (steps - 1));
  return [...new Set(values.map((value) => String(rule.kind === "whole" ? Math.round(value) : value)))];
}
