import { notImplemented } from "../../../aws/fault";
import { notFound } from "../faults";
import { otherRecipes, type Recipe, recipeArn, recipes } from "./catalogue";

/**
 * The recipe of an ARN. Throws ResourceNotFoundException, or 501 for a real recipe that the account
 * cannot train.
 */
export function findRecipe(arn: string | undefined): Recipe {
  const name = arn?.startsWith(recipeArn("")) ? arn.slice(recipeArn("").length) : "";
  const recipe = recipes.get(name);
  if (recipe) return recipe;
  if (otherRecipes.includes(name)) throw notImplemented(`personalize: the recipe ${name}`);
  throw notFound("Recipe", arn ?? "without an ARN");
}
