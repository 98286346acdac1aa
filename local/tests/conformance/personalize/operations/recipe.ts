import { type Operations, type Suite, testDescribe, testList } from "../operation.ts";

/** Recipes, and what their descriptions refer to. */
export function recipeOperations({ world }: Suite): Operations {
  const { personalize: p } = world;
  const recipeArn = "arn:aws:personalize:::recipe/aws-user-personalization";
  const recipe = async () => (await p.describeRecipe({ recipeArn })).recipe;
  return {
    DescribeRecipe: testDescribe((c) => p.describeRecipe({ recipeArn, ...c }), "recipeArn", recipeArn),
    ListRecipes: testList((c) => p.listRecipes({ ...c })),
    DescribeAlgorithm: testDescribe(
      async (c) => p.describeAlgorithm({ algorithmArn: (await recipe())?.algorithmArn, ...c }),
      "algorithmArn",
      "arn:aws:personalize:::algorithm/aws",
    ),
    DescribeFeatureTransformation: testDescribe(
      async (c) =>
        p.describeFeatureTransformation({ featureTransformationArn: (await recipe())?.featureTransformationArn, ...c }),
      "featureTransformationArn",
      "arn:aws:personalize:::feature-transformation/aws",
    ),
  };
}
