import { type Operations, type Send, type Suite, testCreateJob, testDescribe, testList } from "../operation.ts";

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
  return {
    CreateDatasetImportJob: testCreateJob(making, send, {
      parent: "datasetArn",
      arn: interactions,
      busy: async () => making.youngDataset("Users", await making.userSchema()),
      another: { datasetArn: items, dataSource: { dataLocation: `${place}items.csv` } },
    }),
    DescribeDatasetImportJob: testDescribe(
      (c) => p.describeDatasetImportJob({ datasetImportJobArn: importJob, ...c }),
      "datasetImportJobArn",
      importJob,
    ),
    // Of one dataset: how many imports the others have depends on when IAM knows a new role.
    ListDatasetImportJobs: testList((c) => p.listDatasetImportJobs({ datasetArn: items, ...c })),
  };
}
