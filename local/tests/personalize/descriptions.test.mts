import { describe, expect, test } from "vitest";
import { interactionFields, itemFields, minute, writeSchema, writeViews } from "./pets.ts";
import { openStage } from "./stage.mts";

// No setting is accepted and dropped: each resource is created with every setting and described with all of them.

interface Made {
  readonly arn: string | undefined;
  /** The request that made it, without the tags. */
  readonly given: object;
  readonly described: object | undefined;
}

const made: Record<string, Made> = {};
const tags = (kind: string) => [{ tagKey: "kind", tagValue: kind }];

const on = await openStage();
const p = on.personalize;

/** Makes one, waits, and notes how it is described. */
async function make<I extends object>(
  kind: string,
  given: I,
  create: (input: I & { tags: ReturnType<typeof tags> }) => Promise<string | undefined>,
  describeIt: (arn: string | undefined) => Promise<object | undefined>,
): Promise<string> {
  const arn = await create({ ...given, tags: tags(kind) });
  await on.account.clock.advance(20 * minute);
  made[kind] = { arn, given, described: await describeIt(arn) };
  return arn ?? "";
}

const arnOf = (kind: string) => made[kind]?.arn ?? "";

async function makeData(): Promise<void> {
  await make(
    "dataset group",
    { name: "all" },
    async (input) => (await p.createDatasetGroup(input)).datasetGroupArn,
    async (datasetGroupArn) => (await p.describeDatasetGroup({ datasetGroupArn })).datasetGroup,
  );
  const datasetGroupArn = arnOf("dataset group");
  const { schemaArn } = await p.createSchema({ name: "all", schema: writeSchema("Interactions", interactionFields) });
  await make(
    "dataset",
    { name: "all", datasetGroupArn, datasetType: "INTERACTIONS", schemaArn },
    async (input) => (await p.createDataset(input)).datasetArn,
    async (datasetArn) => (await p.describeDataset({ datasetArn })).dataset,
  );
  await on.dataset(datasetGroupArn, "Items", itemFields);
  // A threshold trains only events with a value.
  await on.put("in/interactions.csv", writeViews().replaceAll(/,View,$/gm, ",View,1"));
  await make(
    "import job",
    {
      jobName: "all",
      datasetArn: arnOf("dataset"),
      dataSource: { dataLocation: `s3://${on.bucket}/in/interactions.csv` },
      roleArn: on.roleArn,
      importMode: "FULL" as const,
      publishAttributionMetricsToS3: false,
    },
    async (input) => (await p.createDatasetImportJob(input)).datasetImportJobArn,
    async (datasetImportJobArn) => (await p.describeDatasetImportJob({ datasetImportJobArn })).datasetImportJob,
  );
  await make(
    "event tracker",
    { name: "all", datasetGroupArn },
    async (input) => (await p.createEventTracker(input)).eventTrackerArn,
    async (eventTrackerArn) => (await p.describeEventTracker({ eventTrackerArn })).eventTracker,
  );
  await make(
    "filter",
    { name: "all", datasetGroupArn, filterExpression: "EXCLUDE ItemID WHERE Items.AGE > 3" },
    async (input) => (await p.createFilter(input)).filterArn,
    async (filterArn) => (await p.describeFilter({ filterArn })).filter,
  );
  await make(
    "metric attribution",
    {
      name: "all",
      datasetGroupArn,
      metricsOutputConfig: { roleArn: on.roleArn, s3DataDestination: output() },
    },
    async ({ tags: _, ...input }) => {
      const metrics = [{ eventType: "View", metricName: "views", expression: "SAMPLECOUNT()" }];
      return (await p.createMetricAttribution({ ...input, metrics })).metricAttributionArn;
    },
    async (metricAttributionArn) => (await p.describeMetricAttribution({ metricAttributionArn })).metricAttribution,
  );
}

const output = () => ({ path: `s3://${on.bucket}/out/` });

const solutionConfig = () => ({
  algorithmHyperParameters: { bptt: "16" },
  featureTransformationParameters: { max_user_history_length_percentile: "0.95" },
  eventValueThreshold: "-1",
  trainingDataConfig: { excludedDatasetColumns: { Items: ["AGE"] } },
  autoTrainingConfig: { schedulingExpression: "rate(30 days)" },
  optimizationObjective: { itemAttribute: "AGE", objectiveSensitivity: "OFF" as const },
  hpoConfig: {
    hpoResourceConfig: { maxNumberOfTrainingJobs: "4", maxParallelTrainingJobs: "2" },
    algorithmHyperParameterRanges: {
      integerHyperParameterRanges: [{ name: "hidden_dimension", minValue: 32, maxValue: 64 }],
    },
  },
});

async function makeModel(): Promise<void> {
  await make(
    "solution",
    {
      name: "all",
      datasetGroupArn: arnOf("dataset group"),
      recipeArn: "arn:aws:personalize:::recipe/aws-user-personalization",
      eventType: "View",
      performHPO: true,
      performAutoTraining: true,
      solutionConfig: solutionConfig(),
    },
    async (input) => (await p.createSolution(input)).solutionArn,
    async (solutionArn) => (await p.describeSolution({ solutionArn })).solution,
  );
  await make(
    "solution with an events configuration",
    {
      name: "events",
      datasetGroupArn: arnOf("dataset group"),
      recipeArn: "arn:aws:personalize:::recipe/aws-user-personalization-v2",
      performAutoTraining: false,
      solutionConfig: {
        eventsConfig: { eventParametersList: [{ eventType: "View", eventValueThreshold: 0.5, weight: 1 }] },
      },
    },
    async (input) => (await p.createSolution(input)).solutionArn,
    async (solutionArn) => (await p.describeSolution({ solutionArn })).solution,
  );
  await make(
    "solution version",
    { name: "all", solutionArn: arnOf("solution"), trainingMode: "FULL" as const },
    async (input) => (await p.createSolutionVersion(input)).solutionVersionArn,
    async (solutionVersionArn) => (await p.describeSolutionVersion({ solutionVersionArn })).solutionVersion,
  );
  await make(
    "campaign",
    {
      name: "all",
      solutionVersionArn: arnOf("solution version"),
      minProvisionedTPS: 3,
      campaignConfig: {
        itemExplorationConfig: { explorationWeight: "0.3", explorationItemAgeCutOff: "20" },
        enableMetadataWithRecommendations: true,
        syncWithLatestSolutionVersion: false,
      },
    },
    async (input) => (await p.createCampaign(input)).campaignArn,
    async (campaignArn) => (await p.describeCampaign({ campaignArn })).campaign,
  );
}

async function makeJobs(): Promise<void> {
  const { roleArn } = on;
  await make(
    "export job",
    {
      jobName: "all",
      datasetArn: arnOf("dataset"),
      ingestionMode: "BULK" as const,
      roleArn,
      jobOutput: { s3DataDestination: output() },
    },
    async (input) => (await p.createDatasetExportJob(input)).datasetExportJobArn,
    async (datasetExportJobArn) => (await p.describeDatasetExportJob({ datasetExportJobArn })).datasetExportJob,
  );
  await on.put("in/users.json", '{"userId":"user-1"}');
  await make(
    "batch inference job",
    {
      jobName: "all",
      solutionVersionArn: arnOf("solution version"),
      filterArn: arnOf("filter"),
      numResults: 7,
      roleArn,
      batchInferenceJobMode: "BATCH_INFERENCE" as const,
      batchInferenceJobConfig: { itemExplorationConfig: { explorationWeight: "0.5" } },
      jobInput: { s3DataSource: { path: `s3://${on.bucket}/in/users.json` } },
      jobOutput: { s3DataDestination: output() },
    },
    async (input) => (await p.createBatchInferenceJob(input)).batchInferenceJobArn,
    async (batchInferenceJobArn) => (await p.describeBatchInferenceJob({ batchInferenceJobArn })).batchInferenceJob,
  );
  await on.put("in/forget.csv", "USER_ID\nuser-1");
  await make(
    "data deletion job",
    {
      jobName: "all",
      datasetGroupArn: arnOf("dataset group"),
      dataSource: { dataLocation: `s3://${on.bucket}/in/forget.csv` },
      roleArn,
    },
    async (input) => (await p.createDataDeletionJob(input)).dataDeletionJobArn,
    async (dataDeletionJobArn) => (await p.describeDataDeletionJob({ dataDeletionJobArn })).dataDeletionJob,
  );
}

await makeData();
await makeModel();
await makeJobs();

const kinds = [
  ...["dataset group", "dataset", "import job", "export job", "data deletion job", "event tracker", "filter"],
  ...["metric attribution", "solution", "solution with an events configuration", "solution version", "campaign"],
  "batch inference job",
];

describe("is described with everything that it was created with", () => {
  test.each(kinds)("%s", (kind) => {
    expect(made[kind]?.described).toMatchObject({ ...made[kind]?.given });
    expect(made[kind]?.described).toMatchObject({ status: expect.stringMatching(/^(ACTIVE|COMPLETED)$/) });
  });
});

describe("has the tags that it was created with", () => {
  test.each(kinds.filter((kind) => kind !== "metric attribution"))("%s", async (kind) => {
    expect((await p.listTagsForResource({ resourceArn: arnOf(kind) })).tags).toEqual(tags(kind));
  });

  test("a schema and a metric attribution have none, and nothing to put them on", async () => {
    const [{ schemaArn } = {}] = (await p.listSchemas({})).schemas ?? [];
    for (const resourceArn of [schemaArn, arnOf("metric attribution")]) {
      await expect(p.tagResource({ resourceArn, tags: tags("none") })).rejects.toMatchObject({
        name: "ResourceNotFoundException",
      });
    }
  });
});

test("a version keeps the configuration that it was trained with, and describes what was tuned", () => {
  expect(made["solution version"]?.described).toMatchObject({
    performHPO: true,
    eventType: "View",
    solutionConfig: solutionConfig(),
    tunedHPOParams: { algorithmHyperParameters: expect.objectContaining({ bptt: "16" }) },
    trainingType: "MANUAL",
  });
});
