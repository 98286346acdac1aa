import { type Operations, type Send, type Suite, testCreateJob, testDescribe, testList } from "../operation.ts";

export function datasetExportJobOperations({ world, fixture, making }: Suite): Operations {
  const { personalize: p, roleArn, place, run } = world;
  const { interactions, exportJob } = fixture;
  const send: Send = (c) =>
    p.createDatasetExportJob({
      jobName: run,
      datasetArn: interactions,
      jobOutput: { s3DataDestination: { path: `${place}out/` } },
      roleArn,
      ...c,
    });
  return {
    // The guide names no quota for exports; the one of imports is used.
    CreateDatasetExportJob: testCreateJob(making, send, {
      parent: "datasetArn",
      arn: interactions,
      busy: async () => making.youngDataset("Users", await making.userSchema()),
    }),
    DescribeDatasetExportJob: testDescribe(
      (c) => p.describeDatasetExportJob({ datasetExportJobArn: exportJob, ...c }),
      "datasetExportJobArn",
      exportJob,
    ),
    ListDatasetExportJobs: testList((c) => p.listDatasetExportJobs({ ...c })),
  };
}
