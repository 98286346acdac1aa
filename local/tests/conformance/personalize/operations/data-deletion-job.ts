import { fill } from "../making.ts";
import { type Operations, type Send, type Suite, testCreate, testDescribe, testList } from "../operation.ts";

export function dataDeletionJobOperations({ world, fixture, making }: Suite): Operations {
  const { personalize: p, roleArn, place, run } = world;
  const { group, deletionJob } = fixture;
  const send: Send = (c) =>
    p.createDataDeletionJob({
      jobName: run,
      datasetGroupArn: group,
      dataSource: { dataLocation: `${place}forget.csv` },
      roleArn,
      ...c,
    });
  const create = testCreate(making, send, { name: "jobName", parent: "datasetGroupArn", arn: group });
  return {
    CreateDataDeletionJob: {
      ...create,
      errors: {
        ...create.errors,
        ResourceInUseException: async () => ({
          jobName: making.fresh(),
          datasetGroupArn: await making.youngGroup(),
        }),
      },
      quota: {
        of: "5 pending jobs of a group",
        async fill() {
          await fill(5, 0, () => send({ jobName: making.fresh() }));
          return { jobName: making.fresh() };
        },
      },
    },
    DescribeDataDeletionJob: testDescribe(
      (c) => p.describeDataDeletionJob({ dataDeletionJobArn: deletionJob, ...c }),
      "dataDeletionJobArn",
      deletionJob,
    ),
    ListDataDeletionJobs: testList((c) => p.listDataDeletionJobs({ ...c })),
  };
}
