import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { recipeArn } from "../recipes/catalogue";
import { allRecipes, findAnyRecipe } from "../recipes/find-recipe";
import { dates, listPage } from "../state/registry";

/**
 * The date of most recipes in what AWS answered (outputs in AWS's notebooks); no source has all.
 */
const created = Date.UTC(2019, 5, 10);
const released = { created, updated: created };

/** In order of the names, as AWS lists them, without the legacy ones (the same outputs). */
const listed = allRecipes
  .filter(({ legacy }) => legacy !== true)
  .map(({ name, domain }) => ({ name, domain, arn: recipeArn(name), ...released }));

const summary = (name: string) => ({ name, recipeArn: recipeArn(name), status: "ACTIVE", ...dates(released) });

export const recipeHandlers = {
  ListRecipes({ domain: wanted, ...request }) {
    const found = listed.filter(({ domain }) => wanted === undefined || domain === wanted);
    const { items, nextToken } = listPage(found, request);
    return { recipes: items.map(({ name, domain }) => ({ ...summary(name), domain })), nextToken };
  },

  /** Without algorithm, feature transformation and description, which the guide does not name. */
  DescribeRecipe({ recipeArn }) {
    const { name, type } = findAnyRecipe(recipeArn);
    return { recipe: { ...summary(name), recipeType: type } };
  },
} satisfies Handlers<Clients["personalize"]>;
