import { type Operations, type Send, type Suite, testCreateJob, testDescribe, testList } from "../operation.ts";

export function batchInferenceJobOperations({ world, fixture, making }: Suite): Operations {
  const { personalize: p, roleArn, place, run } = world;
  const { version, batchJob } = fixture;
  const send: Send = (c) =>
    p.createBatchInferenceJob({
      jobName: run,
      solutionVersionArn: version,
      roleArn,
      jobInput: { s3DataSource: { path: `${place}batch/in.json` } },
      jobOutput: { s3DataDestination: { path: `${place}out/` } },
      ...c,
    });
  return {
    CreateBatchInferenceJob: testCreateJob(making, send, {
      parent: "solutionVersionArn",
      arn: version,
      busy: making.youngVersion,
    }),
    DescribeBatchInferenceJob: testDescribe(
      (c) => p.describeBatchInferenceJob({ batchInferenceJobArn: batchJob, ...c }),
      "batchInferenceJobArn",
      batchJob,
    ),
    ListBatchInferenceJobs: testList((c) => p.listBatchInferenceJobs({ ...c })),
  };
}
