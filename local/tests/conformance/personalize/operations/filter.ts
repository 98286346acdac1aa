import { fill } from "../making.ts";
import { creating, describing, listing, type Operations, removing, type Send, type Suite } from "../operation.ts";

export function filterOperations({ world, fixture, making }: Suite): Operations {
  const { personalize: p, run } = world;
  const { group, filter } = fixture;
  const filterExpression = 'INCLUDE ItemID WHERE Items.SPECIES IN ("dog")';
  const send: Send = (c) => p.createFilter({ name: run, datasetGroupArn: group, filterExpression, ...c });
  const create = creating(making, send, { name: "name", parent: "datasetGroupArn", arn: group });
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
    DescribeFilter: describing((c) => p.describeFilter({ filterArn: filter, ...c }), "filterArn", filter),
    ListFilters: listing((c) => p.listFilters({ ...c })),
    DeleteFilter: removing(
      (c) => p.deleteFilter({ filterArn: filter, ...c }),
      "filterArn",
      filter,
      async () => ({
        filterArn: await young(),
      }),
    ),
  };
}
