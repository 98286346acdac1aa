import { notImplemented } from "../../../aws/fault";
import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { algorithmArn, featureTransformationArn, type Recipe, recipeArn, recipes } from "../recipes/catalogue";
import { findRecipe } from "../recipes/find-recipe";
import { dates, listPage } from "../state/registry";

/** The creation date of the service's first recipes. */
const created = Date.UTC(2019, 5, 10);

export function recipeHandlers() {
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
  } satisfies Handlers<Clients["personalize"]>;
}
