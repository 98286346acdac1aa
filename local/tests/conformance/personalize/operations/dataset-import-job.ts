import { fill } from "../making.ts";
import { type Operations, type Send, type Suite, testCreate, testDescribe, testList } from "../operation.ts";

export function datasetImportJobOperations({ world, fixture, making }: Suite): Operations {
  const { personalize: p, roleArn, place, run } = world;
  const { interactions, items, importJob } = fixture;
  const send: Send = (c) =>
    p.createDatasetImportJob({
      jobName: `${run}-items`,
      datasetArn: interactions,
      dataSource: { dataLocation: `${place}interactions.csv` },
      roleArn,
      ...c,
    });
  const create = testCreate(making, send, { name: "jobName", parent: "datasetArn", arn: interactions });
  const another = () => ({
    jobName: making.fresh(),
    datasetArn: items,
    dataSource: { dataLocation: `${place}items.csv` },
  });
  return {
    CreateDatasetImportJob: {
      ...create,
      errors: {
        ...create.errors,
        ResourceInUseException: async () => ({
          jobName: making.fresh(),
          datasetArn: await making.youngDataset("Users", await making.userSchema()),
        }),
      },
      quota: {
        of: "5 jobs pending or in progress in a Region",
        async fill() {
          await fill(5, 0, () => send(another()));
          return another();
        },
      },
    },
    DescribeDatasetImportJob: testDescribe(
      (c) => p.describeDatasetImportJob({ datasetImportJobArn: importJob, ...c }),
      "datasetImportJobArn",
      importJob,
    ),
    ListDatasetImportJobs: testList((c) => p.listDatasetImportJobs({ ...c })),
  };
}
