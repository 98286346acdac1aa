import { Personalize } from "@aws-sdk/client-personalize";
import { interactionFields, writeSchema } from "../../local/record/personalize/pets.ts";
import { startStage } from "../../local/tests/personalize/stage.mts";
import { sdk } from "../../local/tests/support/aws.ts";
import { openEngine } from "../support/engine.ts";
import { hurriedSpeed } from "../support/hurried-speed.ts";

/** The small program `programs/models.ts` on a separate account, with a bucket to import from. */
export async function openSmallStack(stackName: string, { checkpoints = false } = {}) {
  const service = await startStage();
  const { account, bucket, roleArn } = service;
  const personalize = new Personalize(sdk(account));
  account.clock.setSpeed(hurriedSpeed);
  const engine = await openEngine({
    account,
    stack: stackName,
    project: "small",
    program: "tests/engine/programs/models.ts",
    checkpoints,
    config: { roleArn, schema: writeSchema("Interactions", interactionFields) },
  });
  return {
    account,
    engine,
    personalize,
    /** Puts a file of interactions into the bucket and configures its import. */
    async give(file: string, csv: string): Promise<void> {
      await service.put(file, csv);
      engine.configure({ dataLocation: `s3://${bucket}/${file}`, dataHash: file });
    },
    /** The number of resources of each kind, with any status. */
    async counts() {
      const { datasetGroups = [] } = await personalize.listDatasetGroups({});
      const { schemas = [] } = await personalize.listSchemas({});
      const { datasets = [] } = await personalize.listDatasets({});
      const { datasetImportJobs = [] } = await personalize.listDatasetImportJobs({});
      const { solutions = [] } = await personalize.listSolutions({});
      const { solutionVersions = [] } = await personalize.listSolutionVersions({});
      const { campaigns = [] } = await personalize.listCampaigns({});
      return {
        groups: datasetGroups.length,
        schemas: schemas.length,
        datasets: datasets.length,
        jobs: datasetImportJobs.length,
        solutions: solutions.length,
        versions: solutionVersions.length,
        campaigns: campaigns.map(({ status }) => status),
      };
    },
    async close(): Promise<void> {
      engine.forget();
      await service.account.close();
    },
  };
}
/** The stack's counts when it is deployed: one of each. */
export const complete = {
  groups: 1,
  schemas: 1,
  datasets: 1,
  jobs: 1,
  solutions: 1,
  versions: 1,
  campaigns: ["ACTIVE"],
};

export type SmallStack = Awaited<ReturnType<typeof openSmallStack>>;
