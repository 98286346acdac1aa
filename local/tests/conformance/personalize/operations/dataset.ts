import {
  type Operations,
  type Suite,
  tags,
  testArn,
  testCreate,
  testDelete,
  testDescribe,
  testList,
} from "../operation.ts";

export function datasetOperations({ world, fixture, making }: Suite): Operations {
  const { personalize: p, run } = world;
  const { group, items, users, schema } = fixture;
  const create = testCreate(
    making,
    (c) =>
      p.createDataset({
        name: run,
        datasetGroupArn: group,
        datasetType: "Interactions",
        schemaArn: schema,
        ...c,
      }),
    { name: "name", parent: "datasetGroupArn", arn: group },
  );
  return {
    CreateDataset: {
      ...create,
      errors: {
        ...create.errors,
        ResourceInUseException: async () => ({ datasetGroupArn: await making.youngGroup() }),
        TooManyTagsException: async () => ({ datasetGroupArn: await making.group(), tags: tags(51) }),
      },
    },
    DescribeDataset: testDescribe((c) => p.describeDataset({ datasetArn: items, ...c }), "datasetArn", items),
    ListDatasets: testList((c) => p.listDatasets({ datasetGroupArn: group, ...c })),
    UpdateDataset: {
      send: async (c) => p.updateDataset({ datasetArn: users, schemaArn: await making.userSchema(), ...c }),
      errors: {
        ...testArn("datasetArn", users),
        async ResourceInUseException() {
          const schemaArn = await making.userSchema();
          return { schemaArn, datasetArn: await making.youngDataset("Users", schemaArn) };
        },
      },
    },
    DeleteDataset: testDelete(
      (c) => p.deleteDataset({ datasetArn: users, ...c }),
      "datasetArn",
      users,
      async () => ({
        datasetArn: await making.youngDataset("Users", await making.userSchema()),
      }),
    ),
  };
}
