import { type Recipe, recipeNames, recipes } from "./recipes";
import type { Failure } from "./rules";
import { isUnknown } from "./unknown";

/** The inputs of a solution that depend on its recipe. */
export interface RecipeInputs {
  recipeArn: string;
  algorithmHyperParameters: Record<string, string>;
  featureTransformationParameters?: Record<string, string>;
  eventWeights?: Record<string, number>;
}

/** Checks the recipe and its options. */
export function checkRecipeOptions(inputs: RecipeInputs): Failure[] {
  const { recipeArn, algorithmHyperParameters, featureTransformationParameters, eventWeights } = inputs;
  if (isUnknown(recipeArn)) return [];
  const name = /^arn:aws[a-z-]*:personalize:::recipe\/(.+)$/.exec(String(recipeArn))?.[1] ?? "";
  const recipe = new Map<string, Recipe>(Object.entries(recipes)).get(name);
  if (!recipe) {
    const reason = `Give arn:aws:personalize:::recipe/ and one of: ${recipeNames.join(", ")}.`;
    return [{ property: "recipeArn", reason }];
  }
  const { hyperParameters, featureParameters, weighsEvents } = recipe;
  return [
    ...checkOptions("algorithmHyperParameters", algorithmHyperParameters, hyperParameters, name),
    ...checkOptions("featureTransformationParameters", featureTransformationParameters, featureParameters, name),
    ...(eventWeights === undefined ? [] : checkWeights(eventWeights, weighsEvents ? undefined : name)),
  ];
}

function checkOptions(
  property: keyof RecipeInputs,
  given: Record<string, unknown> = {},
  rules: Recipe["hyperParameters"],
  recipe: string,
): Failure[] {
  return Object.entries(given).flatMap(([key, value]) => {
    const rule = new Map(Object.entries(rules)).get(key);
    const reason = rule === undefined ? `is not one of ${recipe}'s.` : findFault(value, rule);
    return reason === undefined ? [] : { property, reason: `${key}: ${reason}` };
  });
}

/** Returns what is wrong with an option's value. */
function findFault(value: unknown, rule: readonly (string | number)[]): string | undefined {
  if (isUnknown(value) || rule.includes(String(value))) return undefined;
  const [least = 0, most = 0] = rule.map(Number);
  if (Number.isNaN(least)) return `give one of ${rule.join(", ")}, as text.`;
  const isWhole = rule.length === 2;
  const number = typeof value === "string" && value.trim() ? Number(value) : Number.NaN;
  if (number >= least && number <= most && (!isWhole || Number.isInteger(number))) return undefined;
  return `give a${isWhole ? " whole" : ""} number from ${least} to ${most}, as text.`;
}

/** The most event types with weights (guide, "Optimizing a solution with events configuration"). */
export const mostWeights = 10;

/** Checks event weights. `refusing` is the name of a recipe that has none. */
function checkWeights(given: Record<string, unknown>, refusing: string | undefined): Failure[] {
  const property = "eventWeights";
  if (isUnknown(given)) return [];
  if (refusing !== undefined) return [{ property, reason: `${refusing} has no event weights.` }];
  const known = Object.entries(given).filter(([, weight]) => !isUnknown(weight));
  const wrong = known.filter(([, weight]) => typeof weight !== "number" || !(weight >= 0 && weight <= 1));
  const count = Object.keys(given).length;
  const reasons = [
    ...wrong.map(([type]) => `${type}: give a number from 0 to 1.`),
    ...(count === 0 || count > mostWeights ? [`Give 1 to ${mostWeights} event types, not ${count}.`] : []),
    ...(count > 0 && count === known.length && known.every(([, weight]) => weight === 0)
      ? ["Give one weight above 0: with 0 for each type, none would train."]
      : []),
  ];
  return reasons.map((reason) => ({ property, reason }));
}
