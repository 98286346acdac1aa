import {
  catalogue,
  interactionFields,
  itemFields,
  schemaText,
  userFields,
  views,
} from "../../local/personalize/pets.ts";
import type { World } from "./world.ts";

/** One resource of each kind, ACTIVE, by ARN; made by the Create operations, whose success this is. */
export interface Fixture {
  readonly schema: string;
  readonly group: string;
  readonly interactions: string;
  readonly items: string;
  readonly users: string;
  readonly importJob: string;
  readonly exportJob: string;
  readonly deletionJob: string;
  readonly batchJob: string;
  readonly tracker: string;
  readonly trackingId: string;
  readonly filter: string;
  readonly attribution: string;
  readonly solution: string;
  readonly version: string;
  readonly campaign: string;
  readonly ranking: { readonly solution: string; readonly version: string; readonly campaign: string };
}

type Described = { status?: string | undefined; failureReason?: string | undefined } | undefined;

/** Waits until a life cycle has ended. @throws when it ended in a failure */
export async function settled(world: World, what: string, describe: () => Promise<Described>): Promise<void> {
  await world.until(async () => {
    const { status = "FAILED", failureReason } = (await describe()) ?? {};
    if (/FAILED|STOPPED/.test(status)) throw new Error(`${what} is ${status}: ${failureReason}`);
    return status === "ACTIVE" || status === "COMPLETED";
  });
}

/** Waits until describing something fails: it is gone. */
export async function gone(world: World, describe: () => Promise<unknown>): Promise<void> {
  await world.until(async () => {
    try {
      await describe();
      return false;
    } catch (error) {
      if (error instanceof Error && error.name === "ResourceNotFoundException") return true;
      throw error;
    }
  });
}

export async function buildFixture(world: World): Promise<Fixture> {
  const { personalize: p, roleArn, place, run } = world;
  const made = async (arn: string | undefined, describe: (arn: string) => Promise<Described>) => {
    const given = arn ?? "";
    await settled(world, given, () => describe(given));
    return given;
  };

  const { datasetGroupArn } = await p.createDatasetGroup({ name: run });
  const group = await made(
    datasetGroupArn,
    async (arn) => (await p.describeDatasetGroup({ datasetGroupArn: arn })).datasetGroup,
  );

  const schemas: Record<string, string> = {};
  const dataset = async (type: string, fields: Parameters<typeof schemaText>[1]) => {
    const { schemaArn = "" } = await p.createSchema({ name: `${run}-${type}`, schema: schemaText(type, fields) });
    schemas[type] = schemaArn;
    const { datasetArn } = await p.createDataset({
      name: `${run}-${type}`,
      datasetGroupArn: group,
      datasetType: type,
      schemaArn,
    });
    return made(datasetArn, async (arn) => (await p.describeDataset({ datasetArn: arn })).dataset);
  };
  const interactions = await dataset("Interactions", interactionFields);
  const items = await dataset("Items", itemFields);
  const users = await dataset("Users", userFields);

  const load = async (datasetArn: string, name: string, text: string) => {
    await world.put(`${name}.csv`, text);
    const { datasetImportJobArn } = await p.createDatasetImportJob({
      jobName: `${run}-${name}`,
      datasetArn,
      dataSource: { dataLocation: `${place}${name}.csv` },
      roleArn,
    });
    return made(
      datasetImportJobArn,
      async (arn) => (await p.describeDatasetImportJob({ datasetImportJobArn: arn })).datasetImportJob,
    );
  };
  const importJob = await load(interactions, "interactions", views(Math.floor(world.now().getTime() / 1000) - 86_400));
  await load(items, "items", catalogue());

  const tracker = await p.createEventTracker({ name: run, datasetGroupArn: group });
  await made(
    tracker.eventTrackerArn,
    async (arn) => (await p.describeEventTracker({ eventTrackerArn: arn })).eventTracker,
  );
  const { filterArn } = await p.createFilter({
    name: run,
    datasetGroupArn: group,
    filterExpression: 'INCLUDE ItemID WHERE Items.SPECIES IN ("cat")',
  });
  const filter = await made(filterArn, async (arn) => (await p.describeFilter({ filterArn: arn })).filter);
  const { metricAttributionArn } = await p.createMetricAttribution({
    name: run,
    datasetGroupArn: group,
    metrics: [{ eventType: "View", metricName: "views", expression: "SAMPLECOUNT()" }],
    metricsOutputConfig: { roleArn },
  });
  const attribution = await made(
    metricAttributionArn,
    async (arn) => (await p.describeMetricAttribution({ metricAttributionArn: arn })).metricAttribution,
  );

  const served = async (name: string, recipe: string) => {
    const { solutionArn } = await p.createSolution({
      name,
      datasetGroupArn: group,
      recipeArn: `arn:aws:personalize:::recipe/${recipe}`,
      performAutoTraining: false,
    });
    const solution = await made(solutionArn, async (arn) => (await p.describeSolution({ solutionArn: arn })).solution);
    const { solutionVersionArn } = await p.createSolutionVersion({ solutionArn: solution });
    const version = await made(
      solutionVersionArn,
      async (arn) => (await p.describeSolutionVersion({ solutionVersionArn: arn })).solutionVersion,
    );
    const { campaignArn } = await p.createCampaign({ name, solutionVersionArn: version, minProvisionedTPS: 1 });
    const campaign = await made(campaignArn, async (arn) => (await p.describeCampaign({ campaignArn: arn })).campaign);
    return { solution, version, campaign };
  };
  const personal = await served(`${run}-personal`, "aws-user-personalization");
  const ranking = await served(`${run}-ranking`, "aws-personalized-ranking");

  const { datasetExportJobArn } = await p.createDatasetExportJob({
    jobName: run,
    datasetArn: interactions,
    ingestionMode: "ALL",
    roleArn,
    jobOutput: { s3DataDestination: { path: `${place}out/` } },
  });
  const exportJob = await made(
    datasetExportJobArn,
    async (arn) => (await p.describeDatasetExportJob({ datasetExportJobArn: arn })).datasetExportJob,
  );
  await world.put("batch/in.json", '{"userId":"user-1"}');
  const { batchInferenceJobArn } = await p.createBatchInferenceJob({
    jobName: run,
    solutionVersionArn: personal.version,
    roleArn,
    jobInput: { s3DataSource: { path: `${place}batch/in.json` } },
    jobOutput: { s3DataDestination: { path: `${place}out/` } },
  });
  const batchJob = await made(
    batchInferenceJobArn,
    async (arn) => (await p.describeBatchInferenceJob({ batchInferenceJobArn: arn })).batchInferenceJob,
  );
  await world.put("forget.csv", "USER_ID\nuser-59");
  const { dataDeletionJobArn } = await p.createDataDeletionJob({
    jobName: run,
    datasetGroupArn: group,
    dataSource: { dataLocation: `${place}forget.csv` },
    roleArn,
  });
  const deletionJob = await made(
    dataDeletionJobArn,
    async (arn) => (await p.describeDataDeletionJob({ dataDeletionJobArn: arn })).dataDeletionJob,
  );

  return {
    schema: schemas.Interactions ?? "",
    group,
    interactions,
    items,
    users,
    importJob,
    exportJob,
    deletionJob,
    batchJob,
    tracker: tracker.eventTrackerArn ?? "",
    trackingId: tracker.trackingId ?? "",
    filter,
    attribution,
    ...personal,
    ranking,
  };
}
