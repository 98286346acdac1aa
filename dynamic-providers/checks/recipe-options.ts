import { type Recipe, recipeNames, recipes } from "./recipes";
import { isUnknown } from "./unknown";

/** The inputs of a solution that depend on its recipe. */
export interface RecipeInputs {
  recipeArn: string;
  algorithmHyperParameters: Record<string, string>;
  featureTransformationParameters?: Record<string, string>;
}

interface WrongOption {
  property: keyof RecipeInputs;
  reason: string;
}

/** Checks the recipe and its options. */
export function checkRecipeOptions(inputs: RecipeInputs): WrongOption[] {
  const { recipeArn, algorithmHyperParameters, featureTransformationParameters } = inputs;
  if (isUnknown(recipeArn)) return [];
  const name = /^arn:aws[a-z-]*:personalize:::recipe\/(.+)$/.exec(String(recipeArn))?.[1] ?? "";
  const recipe = new Map<string, Recipe>(Object.entries(recipes)).get(name);
  if (!recipe) {
    const reason = `Give arn:aws:personalize:::recipe/ and one of: ${recipeNames.join(", ")}.`;
    return [{ property: "recipeArn", reason }];
  }
  const { hyperParameters, featureParameters } = recipe;
  return [
    ...checkOptions("algorithmHyperParameters", algorithmHyperParameters, hyperParameters, name),
    ...checkOptions("featureTransformationParameters", featureTransformationParameters, featureParameters, name),
  ];
}

function checkOptions(
  property: keyof RecipeInputs,
  given: Record<string, unknown> = {},
  rules: Recipe["hyperParameters"],
  recipe: string,
): WrongOption[] {
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
