import { notImplemented } from "../../../endpoint/fault";
import type { Clients, Handlers } from "../../../endpoint/service";
import { notFound } from "../faults";
import {
  algorithmArn,
  featureTransformationArn,
  otherRecipes,
  type Recipe,
  recipeArn,
  recipes,
} from "../recipes/catalogue";
import { dates, listPage } from "../state/registry";

/** When the service says that its first recipes were made. */
const created = Date.UTC(2019, 5, 10);

/** The recipe of an ARN. Throws ResourceNotFoundException, or 501 for a real recipe that the account cannot train. */
export function findRecipe(arn: string | undefined): Recipe {
  const name = arn?.startsWith(recipeArn("")) ? arn.slice(recipeArn("").length) : "";
  const recipe = recipes.get(name);
  if (recipe) return recipe;
  if (otherRecipes.includes(name)) throw notImplemented(`personalize: the recipe ${name}`);
  throw notFound("Recipe", arn ?? "without an ARN");
}

export function recipeOperations(): Handlers<Clients["personalize"]> {
  const summary = ({ name }: Recipe) => ({
    name,
    recipeArn: recipeArn(name),
    status: "ACTIVE",
    ...dates({ created, updated: created }),
  });

  return {
    DescribeRecipe({ recipeArn: arn }) {
      const recipe = findRecipe(arn);
      return {
        recipe: {
          ...summary(recipe),
          algorithmArn: algorithmArn(recipe),
          featureTransformationArn: featureTransformationArn(recipe),
          description: recipe.description,
          recipeType: recipe.type,
        },
      };
    },

    ListRecipes(input) {
      if (input.domain !== undefined) throw notImplemented("personalize:ListRecipes with a domain");
      const all = Array.from(recipes.values(), (recipe) => ({
        recipe,
        name: recipe.name,
        arn: recipeArn(recipe.name),
        created,
        updated: created,
      }));
      const { items, nextToken } = listPage(all, input);
      return { recipes: items.map(({ recipe }) => summary(recipe)), nextToken };
    },
  };
}
