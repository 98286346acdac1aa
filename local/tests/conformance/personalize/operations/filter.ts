import { fill } from "../making.ts";
import {
  type Operations,
  type Send,
  type Suite,
  testCreate,
  testDelete,
  testDescribe,
  testList,
} from "../operation.ts";

export function filterOperations({ world, fixture, making }: Suite): Operations {
  const { personalize: p, run } = world;
  const { group, filter } = fixture;
  const filterExpression = 'INCLUDE ItemID WHERE Items.SPECIES IN ("dog")';
  const send: Send = (c) => p.createFilter({ name: run, datasetGroupArn: group, filterExpression, ...c });
  const create = testCreate(making, send, { name: "name", parent: "datasetGroupArn", arn: group });
  const young = async () => {
    const name = making.fresh();
    return (await p.createFilter({ name, datasetGroupArn: group, filterExpression })).filterArn;
  };
  return {
    CreateFilter: {
      ...create,
      errors: {
        ...create.errors,
        InvalidInputException: () => ({ name: making.fresh(), filterExpression: "INCLUDE everything" }),
      },
      quota: {
        of: "30 filters of a group",
        async fill() {
          await fill(30, 1, young);
          return { name: making.fresh() };
        },
      },
    },
    DescribeFilter: testDescribe((c) => p.describeFilter({ filterArn: filter, ...c }), "filterArn", filter),
    ListFilters: testList((c) => p.listFilters({ ...c })),
    DeleteFilter: testDelete(
      (c) => p.deleteFilter({ filterArn: filter, ...c }),
      "filterArn",
      filter,
      async () => ({
        filterArn: await young(),
      }),
    ),
  };
}
