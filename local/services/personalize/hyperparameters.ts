import type { HPOConfig, SolutionConfig } from "@aws-sdk/client-personalize";
import { notImplemented } from "../../endpoint/fault";
import { invalidInput } from "./faults";
import type { Hyperparameter, Recipe } from "./recipe-catalogue";

/** Refuses values that a recipe's parameters cannot have. Throws InvalidInputException that names the parameter. */
export function refuseWrongParameters(
  member: string,
  given: Readonly<Record<string, string>> = {},
  known: Readonly<Record<string, Hyperparameter>>,
  recipe: Recipe,
): void {
  for (const [name, text] of Object.entries(given)) {
    const rule = known[name];
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

/**
 * Refuses tuning that the recipe does not have, and settings of it beyond the recipe's ranges. What is tuned here is the
 * model's own parameter; the networks' have no meaning in it (recommender.md), so their ranges are checked and kept.
 */
export function refuseWrongTuning(recipe: Recipe, performHPO: boolean, config: HPOConfig | undefined): void {
  if (!performHPO) {
    if (config) throw invalidInput("solutionConfig.hpoConfig needs performHPO to be true.");
    return;
  }
  if (!Object.values(recipe.hyperparameters).some(({ tunable }) => tunable)) {
    throw invalidInput(`performHPO is not available for the recipe ${recipe.name}.`);
  }
  if (recipe.name === "aws-sims") throw notImplemented("personalize: performHPO of the recipe aws-sims");
  // "Amazon Personalize doesn't support configuring the hpoObjective at this time" (API reference, HPOConfig).
  if (config?.hpoObjective) throw invalidInput("solutionConfig.hpoConfig.hpoObjective cannot be configured.");
  refuseWrongJobs("maxNumberOfTrainingJobs", config?.hpoResourceConfig?.maxNumberOfTrainingJobs, 40);
  refuseWrongJobs("maxParallelTrainingJobs", config?.hpoResourceConfig?.maxParallelTrainingJobs, 10);
  refuseWrongRanges(recipe, config?.algorithmHyperParameterRanges ?? {});
}

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
    const rule = recipe.hyperparameters[name];
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
 * The recipe's parameters in a version that was tuned: what the solution says, or the recipe's default, moved into the
 * ranges of its `hpoConfig`. Of them only `recency_mask` has a meaning in the local model, which never loses likelihood by
 * it: no search is needed.
 */
export function tunedParameters(recipe: Recipe, { algorithmHyperParameters, hpoConfig }: SolutionConfig) {
  const ranges = hpoConfig?.algorithmHyperParameterRanges ?? {};
  const numeric = [...(ranges.integerHyperParameterRanges ?? []), ...(ranges.continuousHyperParameterRanges ?? [])];
  const within = (name: string, value: string): string => {
    const range = numeric.find((candidate) => candidate.name === name);
    if (range)
      return String(Math.min(range.maxValue ?? Infinity, Math.max(range.minValue ?? -Infinity, Number(value))));
    const choices = ranges.categoricalHyperParameterRanges?.find((candidate) => candidate.name === name)?.values;
    return choices === undefined || choices.includes(value) ? value : (choices[0] ?? value);
  };
  return Object.fromEntries(
    Object.entries(recipe.hyperparameters)
      .filter(([, { tunable }]) => tunable)
      .map(([name, rule]) => [name, within(name, algorithmHyperParameters?.[name] ?? rule.default)]),
  );
}
