import {
  interactionFields,
  itemFields,
  userFields,
  writeCatalogue,
  writeSchema,
  writeViews,
} from "../../personalize/pets.ts";
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
export async function waitUntilActive(world: World, what: string, describe: () => Promise<Described>): Promise<void> {
  await world.until(async () => {
    const { status = "FAILED", failureReason } = (await describe()) ?? {};
    if (/FAILED|STOPPED/.test(status)) throw new Error(`${what} is ${status}: ${failureReason}`);
    return status === "ACTIVE" || status === "COMPLETED";
  });
}

/** Waits until describing something fails: it was deleted. */
export async function waitUntilDeleted(world: World, describe: () => Promise<unknown>): Promise<void> {
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

/** Waits until what a Create operation answered with is there, and hands its ARN on. */
async function waitUntilReady(
  world: World,
  arn: string | undefined,
  describe: (arn: string) => Promise<Described>,
): Promise<string> {
  if (arn === undefined) throw new Error("A Create operation answered without an ARN.");
  await waitUntilActive(world, arn, () => describe(arn));
  return arn;
}

export async function buildFixture(world: World): Promise<Fixture> {
  const { personalize: p, run } = world;
  const { datasetGroupArn } = await p.createDatasetGroup({ name: run });
  const group = await waitUntilReady(
    world,
    datasetGroupArn,
    async (arn) => (await p.describeDatasetGroup({ datasetGroupArn: arn })).datasetGroup,
  );
  const data = await makeData(world, group);
  const additional = await createAdditional(world, group);
  const personal = await makeServed(world, group, `${run}-personal`, "aws-user-personalization");
  const ranking = await makeServed(world, group, `${run}-ranking`, "aws-personalized-ranking");
  return {
    group,
    ...data,
    ...additional,
    ...personal,
    ranking,
    exportJob: await makeExport(world, data.interactions),
    batchJob: await makeBatch(world, personal.version),
    deletionJob: await makeDeletion(world, group),
  };
}

async function makeData(world: World, group: string) {
  const { personalize: p, run } = world;
  const dataset = async (type: string, fields: Parameters<typeof writeSchema>[1]) => {
    const { schemaArn = "" } = await p.createSchema({ name: `${run}-${type}`, schema: writeSchema(type, fields) });
    const input = { name: `${run}-${type}`, datasetGroupArn: group, datasetType: type, schemaArn };
    const { datasetArn } = await p.createDataset(input);
    const describe = async (arn: string) => (await p.describeDataset({ datasetArn: arn })).dataset;
    return { schema: schemaArn, dataset: await waitUntilReady(world, datasetArn, describe) };
  };
  const interactions = await dataset("Interactions", interactionFields);
  const items = await dataset("Items", itemFields);
  const users = await dataset("Users", userFields);
  const day = Math.floor(world.now().getTime() / 1000) - 86_400;
  const importJob = await makeImport(world, interactions.dataset, "interactions", writeViews(day));
  await makeImport(world, items.dataset, "items", writeCatalogue());
  return {
    schema: interactions.schema,
    interactions: interactions.dataset,
    items: items.dataset,
    users: users.dataset,
    importJob,
  };
}

async function makeImport(world: World, datasetArn: string, name: string, text: string): Promise<string> {
  const { personalize: p, roleArn, place, run } = world;
  await world.put(`${name}.csv`, text);
  const dataSource = { dataLocation: `${place}${name}.csv` };
  const { datasetImportJobArn } = await p.createDatasetImportJob({
    jobName: `${run}-${name}`,
    datasetArn,
    dataSource,
    roleArn,
  });
  return waitUntilReady(
    world,
    datasetImportJobArn,
    async (arn) => (await p.describeDatasetImportJob({ datasetImportJobArn: arn })).datasetImportJob,
  );
}

/** Creates the resources of a group in addition to data and models. */
async function createAdditional(world: World, group: string) {
  const { personalize: p, roleArn, run } = world;
  const { eventTrackerArn, trackingId = "" } = await p.createEventTracker({ name: run, datasetGroupArn: group });
  const tracker = await waitUntilReady(
    world,
    eventTrackerArn,
    async (arn) => (await p.describeEventTracker({ eventTrackerArn: arn })).eventTracker,
  );
  const { filterArn } = await p.createFilter({
    name: run,
    datasetGroupArn: group,
    filterExpression: 'INCLUDE ItemID WHERE Items.SPECIES IN ("cat")',
  });
  const filter = await waitUntilReady(
    world,
    filterArn,
    async (arn) => (await p.describeFilter({ filterArn: arn })).filter,
  );
  const { metricAttributionArn } = await p.createMetricAttribution({
    name: run,
    datasetGroupArn: group,
    metrics: [{ eventType: "View", metricName: "views", expression: "SAMPLECOUNT()" }],
    metricsOutputConfig: { roleArn },
  });
  const attribution = await waitUntilReady(
    world,
    metricAttributionArn,
    async (arn) => (await p.describeMetricAttribution({ metricAttributionArn: arn })).metricAttribution,
  );
  return { tracker, trackingId, filter, attribution };
}

/** A solution with a trained version that a campaign serves. */
async function makeServed(world: World, group: string, name: string, recipe: string) {
  const { personalize: p } = world;
  const { solutionArn } = await p.createSolution({
    name,
    datasetGroupArn: group,
    recipeArn: `arn:aws:personalize:::recipe/${recipe}`,
    performAutoTraining: false,
  });
  const solution = await waitUntilReady(
    world,
    solutionArn,
    async (arn) => (await p.describeSolution({ solutionArn: arn })).solution,
  );
  const { solutionVersionArn } = await p.createSolutionVersion({ solutionArn: solution });
  const version = await waitUntilReady(
    world,
    solutionVersionArn,
    async (arn) => (await p.describeSolutionVersion({ solutionVersionArn: arn })).solutionVersion,
  );
  const { campaignArn } = await p.createCampaign({ name, solutionVersionArn: version, minProvisionedTPS: 1 });
  const campaign = await waitUntilReady(
    world,
    campaignArn,
    async (arn) => (await p.describeCampaign({ campaignArn: arn })).campaign,
  );
  return { solution, version, campaign };
}

async function makeExport(world: World, datasetArn: string): Promise<string> {
  const { personalize: p, roleArn, place, run } = world;
  const { datasetExportJobArn } = await p.createDatasetExportJob({
    jobName: run,
    datasetArn,
    ingestionMode: "ALL",
    roleArn,
    jobOutput: { s3DataDestination: { path: `${place}out/` } },
  });
  return waitUntilReady(
    world,
    datasetExportJobArn,
    async (arn) => (await p.describeDatasetExportJob({ datasetExportJobArn: arn })).datasetExportJob,
  );
}

async function makeBatch(world: World, solutionVersionArn: string): Promise<string> {
  const { personalize: p, roleArn, place, run } = world;
  await world.put("batch/in.json", '{"userId":"user-1"}');
  const { batchInferenceJobArn } = await p.createBatchInferenceJob({
    jobName: run,
    solutionVersionArn,
    roleArn,
    jobInput: { s3DataSource: { path: `${place}batch/in.json` } },
    jobOutput: { s3DataDestination: { path: `${place}out/` } },
  });
  return waitUntilReady(
    world,
    batchInferenceJobArn,
    async (arn) => (await p.describeBatchInferenceJob({ batchInferenceJobArn: arn })).batchInferenceJob,
  );
}

async function makeDeletion(world: World, datasetGroupArn: string): Promise<string> {
  const { personalize: p, roleArn, place, run } = world;
  await world.put("forget.csv", "USER_ID\nuser-59");
  const dataSource = { dataLocation: `${place}forget.csv` };
  const { dataDeletionJobArn } = await p.createDataDeletionJob({ jobName: run, datasetGroupArn, dataSource, roleArn });
  return waitUntilReady(
    world,
    dataDeletionJobArn,
    async (arn) => (await p.describeDataDeletionJob({ dataDeletionJobArn: arn })).dataDeletionJob,
  );
}
