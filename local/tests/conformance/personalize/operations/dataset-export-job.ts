import { fill } from "../making.ts";
import { type Operations, type Send, type Suite, testCreate, testDescribe, testList } from "../operation.ts";

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
  const create = testCreate(making, send, { name: "jobName", parent: "datasetArn", arn: interactions });
  return {
    CreateDatasetExportJob: {
      ...create,
      errors: {
        ...create.errors,
        ResourceInUseException: async () => ({
          jobName: making.fresh(),
          datasetArn: await making.youngDataset("Users", await making.userSchema()),
        }),
      },
      quota: {
        // The guide names none for exports; the one of imports is used.
        of: "5 jobs pending or in progress in a Region",
        async fill() {
          await fill(5, 0, () => send({ jobName: making.fresh() }));
          return { jobName: making.fresh() };
        },
      },
    },
    DescribeDatasetExportJob: testDescribe(
      (c) => p.describeDatasetExportJob({ datasetExportJobArn: exportJob, ...c }),
      "datasetExportJobArn",
      exportJob,
    ),
    ListDatasetExportJobs: testList((c) => p.listDatasetExportJobs({ ...c })),
  };
}
