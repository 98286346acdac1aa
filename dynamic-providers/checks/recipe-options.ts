import { type OptionRule, type Recipe, type RecipeName, recipeNames, recipes } from "./recipes";
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
  return findWrong(given, rules, recipe).map(({ name, message }) => ({ property, reason: `${name} ${message}.` }));
}

/** An option that its recipe does not take. */
interface WrongValue {
  name: string;
  message: string;
  /** The recipe's names, where it does not have this one. */
  names?: readonly string[];
}

/**
 * Finds what a recipe does not take among a model's hyperparameters: those of its algorithm and
 * those of the data before the training, in one object as the configuration has them.
 */
export function findWrongHyperParameters(recipe: RecipeName, given: Readonly<Record<string, string>>): WrongValue[] {
  const { hyperParameters, featureParameters } = recipes[recipe];
  return findWrong(given, { ...hyperParameters, ...featureParameters }, recipe);
}

function findWrong(
  given: Readonly<Record<string, unknown>>,
  rules: Recipe["hyperParameters"],
  recipe: string,
): WrongValue[] {
  const known = new Map(Object.entries(rules));
  const names = [...known.keys()];
  return Object.entries(given).flatMap(([name, value]) => {
    const rule = known.get(name);
    if (rule !== undefined) return isOf(rule, value) ? [] : { name, message: `must be ${describeRule(rule)}, as text` };
    const others = names.length === 0 ? "which has none" : `which has ${names.join(", ")}`;
    return { name, message: `is no hyperparameter of ${recipe}, ${others}`, names };
  });
}

function isOf(rule: OptionRule, value: unknown): boolean {
  if (isUnknown(value)) return true;
  if (rule.kind === "word") return rule.words.includes(String(value));
  const number = typeof value === "string" && value.trim() ? Number(value) : Number.NaN;
  return number >= rule.least && number <= rule.most && (rule.kind === "number" || Number.isInteger(number));
}

const describeRule = (rule: OptionRule) =>
  rule.kind === "word" ? `one of ${rule.words.join(", ")}` : `a ${rule.kind} from ${rule.least} to ${rule.most}`;
