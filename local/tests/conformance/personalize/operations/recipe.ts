import { describing, listing, type Operations, type Suite } from "../operation.ts";

/** Recipes, and what their descriptions refer to. */
export function recipeOperations({ world }: Suite): Operations {
  const { personalize: p } = world;
  const recipeArn = "arn:aws:personalize:::recipe/aws-user-personalization";
  const recipe = async () => (await p.describeRecipe({ recipeArn })).recipe;
  return {
    DescribeRecipe: describing((c) => p.describeRecipe({ recipeArn, ...c }), "recipeArn", recipeArn),
    ListRecipes: listing((c) => p.listRecipes({ ...c })),
    DescribeAlgorithm: describing(
      async (c) => p.describeAlgorithm({ algorithmArn: (await recipe())?.algorithmArn, ...c }),
      "algorithmArn",
      "arn:aws:personalize:::algorithm/aws",
    ),
    DescribeFeatureTransformation: describing(
      async (c) =>
        p.describeFeatureTransformation({ featureTransformationArn: (await recipe())?.featureTransformationArn, ...c }),
      "featureTransformationArn",
      "arn:aws:personalize:::feature-transformation/aws",
    ),
  };
}
