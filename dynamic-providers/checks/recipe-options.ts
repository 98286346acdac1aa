import { type Recipe, recipeNames, recipes } from "./recipes";
import type { Failure } from "./rules";
import { isUnknown } from "./unknown";

/** The inputs of a solution that depend on its recipe. */
export interface RecipeInputs {
  recipeArn: string;
  algorithmHyperParameters: Record<string, string>;
  featureTransformationParameters?: Record<string, string>;
}

/** Checks the recipe and its options. */
export function checkRecipeOptions(inputs: RecipeInputs): Failure[] {
  const { recipeArn, algorithmHyperParameters, featureTransformationParameters } = inputs;
  if (isUnknown(recipeArn)) return [];
  const name = /^arn:aws[a-z-]*:personalize:::recipe\/(.+)$/.exec(String(recipeArn))?.[1] ?? "";
  const recipe = new Map<string, Recipe>(Object.entries(recipes)).get(name);
  if (!recipe) {
    const reason = `Give arn:aws:personalize:::recipe/ and one of: ${recipeNames.join(", ")}.`;
    return [{ property: "recipeArn", reason }];
  }
  const failures: Failure[] = [];
  const rules = new Map(Object.entries(recipe.hyperParameters));
  for (const [key, value] of Object.entries(algorithmHyperParameters ?? {})) {
    const rule = rules.get(key);
    const reason =
      rule === undefined ? `${name} has no algorithm hyperparameter ${key}.` : checkValue(key, value, rule);
    if (reason !== undefined) failures.push({ property: "algorithmHyperParameters", reason });
  }
  const features = new Map(Object.entries(recipe.featureParameters));
  for (const [key, value] of Object.entries(featureTransformationParameters ?? {})) {
    const values = features.get(key);
    if (isUnknown(value) || values?.includes(value)) continue;
    const reason = values
      ? `${key}: give one of ${values.join(", ")}.`
      : `${name} has no feature transformation ${key}.`;
    failures.push({ property: "featureTransformationParameters", reason });
  }
  return failures;
}

/** Returns what is wrong with a hyperparameter's value. */
function checkValue(key: string, value: unknown, rule: "flag" | readonly number[]): string | undefined {
  if (isUnknown(value)) return undefined;
  if (rule === "flag") {
    return value === "true" || value === "false" ? undefined : `${key}: give true or false, as text.`;
  }
  const [least = 0, most = 0] = rule;
  const isWhole = rule.length === 2;
  const number = typeof value === "string" && value.trim() ? Number(value) : Number.NaN;
  if (number >= least && number <= most && (!isWhole || Number.isInteger(number))) return undefined;
  return `${key}: give a${isWhole ? " whole" : ""} number from ${least} to ${most}, as text.`;
}
