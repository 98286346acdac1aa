import { fill } from "../making.ts";
import { type Operations, type Send, type Suite, testCreate, testDescribe, testList } from "../operation.ts";

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
  const create = testCreate(making, send, { name: "jobName", parent: "solutionVersionArn", arn: version });
  return {
    CreateBatchInferenceJob: {
      ...create,
      errors: {
        ...create.errors,
        ResourceInUseException: async () => ({
          jobName: making.fresh(),
          solutionVersionArn: await making.youngVersion(),
        }),
      },
      quota: {
        of: "5 jobs pending or in progress in a Region",
        async fill() {
          await fill(5, 0, () => send({ jobName: making.fresh() }));
          return { jobName: making.fresh() };
        },
      },
    },
    DescribeBatchInferenceJob: testDescribe(
      (c) => p.describeBatchInferenceJob({ batchInferenceJobArn: batchJob, ...c }),
      "batchInferenceJobArn",
      batchJob,
    ),
    ListBatchInferenceJobs: testList((c) => p.listBatchInferenceJobs({ ...c })),
  };
}
