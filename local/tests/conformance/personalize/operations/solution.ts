import { fill } from "../making.ts";
import { type Operations, type Suite, testCreate, testDelete, testDescribe, testList } from "../operation.ts";

export function solutionOperations({ world, fixture, making }: Suite): Operations {
  const { personalize: p, run } = world;
  const { group, solution } = fixture;
  const create = testCreate(
    making,
    (c) =>
      p.createSolution({
        name: `${run}-personal`,
        datasetGroupArn: group,
        recipeArn: "arn:aws:personalize:::recipe/aws-user-personalization",
        performAutoTraining: false,
        ...c,
      }),
    { name: "name", parent: "datasetGroupArn", arn: group },
  );
  return {
    CreateSolution: {
      ...create,
      errors: {
        ...create.errors,
        ResourceInUseException: async () => ({ name: making.fresh(), datasetGroupArn: await making.youngGroup() }),
      },
      quota: {
        of: "10 solutions of a group",
        async fill() {
          await fill(10, 2, making.youngSolution);
          return { name: making.fresh() };
        },
      },
    },
    DescribeSolution: testDescribe((c) => p.describeSolution({ solutionArn: solution, ...c }), "solutionArn", solution),
    ListSolutions: testList((c) => p.listSolutions({ ...c })),
    DeleteSolution: testDelete((c) => p.deleteSolution({ solutionArn: solution, ...c }), "solutionArn", solution, {}),
  };
}
