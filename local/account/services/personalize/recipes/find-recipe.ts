import { notImplemented } from "../../../aws/fault";
import { notFound } from "../faults";
import { type OtherRecipe, otherRecipes, type Recipe, recipeArn, recipes } from "./catalogue";

/**
 * The recipe of an ARN. Throws ResourceNotFoundException, or 501 for a real recipe that the account
 * cannot train.
 */
export function findRecipe(arn: string | undefined): Recipe {
  const { name } = findAnyRecipe(arn);
  const recipe = recipes.get(name);
  if (recipe) return recipe;
  throw notImplemented(`personalize: the recipe ${name}`);
}

/** A recipe of AWS, here or not. Throws ResourceNotFoundException. */
export function findAnyRecipe(arn: string | undefined): OtherRecipe {
  const found = [...recipes.values(), ...otherRecipes].find(({ name }) => recipeArn(name) === arn);
  if (found) return found;
  throw notFound("Recipe", arn ?? "without an ARN");
}
