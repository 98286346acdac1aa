import { notImplemented } from "../../../aws/fault";
import { invalidInput, notFound } from "../faults";
import { type OtherRecipe, otherRecipes, type Recipe, recipeArn, recipes } from "./catalogue";
import { type UseCase, useCases } from "./use-cases";

/**
 * The recipe of an ARN, for custom resources. Throws ResourceNotFoundException,
 * InvalidInputException for the use case of a domain (inferred), or 501 for a real recipe that the
 * account cannot train.
 */
export function findRecipe(arn: string | undefined): Recipe {
  const { name } = findAnyRecipe(arn);
  const recipe = recipes.get(name);
  if (recipe) return recipe;
  if (useCases.has(name)) throw invalidInput(`The recipe ${name} is a use case: it is for recommenders only.`);
  throw notImplemented(`personalize: the recipe ${name}`);
}

/**
 * The use case of an ARN. Throws ResourceNotFoundException, or InvalidInputException for another
 * recipe: "Only Domain dataset group use cases can be used to create a recommender" (API reference,
 * CreateRecommender).
 */
export function findUseCase(arn: string | undefined): UseCase {
  const { name } = findAnyRecipe(arn);
  const found = useCases.get(name);
  if (found) return found;
  throw invalidInput(`The recipe ${name} is not the use case of a domain.`);
}

type AnyRecipe = Pick<OtherRecipe, "name" | "type" | "legacy"> & Partial<Pick<UseCase, "domain">>;

/** Use cases have no type in the guide. */
export const allRecipes: readonly AnyRecipe[] = [
  ...recipes.values(),
  ...otherRecipes,
  ...Array.from(useCases.values(), ({ name, domain }) => ({ name, domain })),
];

/** A recipe of AWS, here or not. Throws ResourceNotFoundException. */
export function findAnyRecipe(arn: string | undefined): AnyRecipe {
  const found = allRecipes.find(({ name }) => recipeArn(name) === arn);
  if (found) return found;
  throw notFound("Recipe", arn ?? "without an ARN");
}
