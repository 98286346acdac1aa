import { type Operations, type Send, type Suite, testCreateJob, testDescribe, testList } from "../operation.ts";

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
  return {
    CreateDataDeletionJob: testCreateJob(making, send, {
      parent: "datasetGroupArn",
      arn: group,
      busy: making.youngGroup,
      of: "5 pending jobs of a group",
    }),
    DescribeDataDeletionJob: testDescribe(
      (c) => p.describeDataDeletionJob({ dataDeletionJobArn: deletionJob, ...c }),
      "dataDeletionJobArn",
      deletionJob,
    ),
    ListDataDeletionJobs: testList((c) => p.listDataDeletionJobs({ ...c })),
  };
}
