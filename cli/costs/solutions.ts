import { type RecipeName, recipeNames, toRecipeArn } from "../../dynamic-providers/checks/recipes";
import { listAll } from "../stack/aws";
import type { StackReader } from "../stack/stack";

/** A solution of a stack's dataset group. */
export interface Solution {
  readonly arn: string;
  readonly name: string;
  readonly recipeArn: string;
  /** Undefined for a recipe that this program does not have. */
  readonly recipe: RecipeName | undefined;
  readonly createdAt: Date | undefined;
}

export async function listSolutions(stack: StackReader): Promise<Solution[]> {
  const { datasetGroupArn } = stack;
  const solutions = await listAll(stack, "personalize", "ListSolutions", { datasetGroupArn }, "solutions");
  return solutions.map(({ solutionArn: arn = "", name = "", recipeArn = "", creationDateTime: createdAt }) => ({
    arn,
    name,
    recipeArn,
    recipe: recipeNames.find((each) => toRecipeArn(each) === recipeArn),
    createdAt,
  }));
}
