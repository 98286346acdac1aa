import { describe, expect, test } from "vitest";
import { account, type Recorded, record, waitForOutput, waitForRegistrations } from "../support/record.ts";

const recorder = record();
const { createData } = await import("./seed-data.mts");
const { RecommendationModels } = await import("../../components/models/recommendation-models.ts");

const { foundation, data } = createData(true);
const recommendation = {
  name: "recommendation",
  recipe: "aws-user-personalization",
  hyperParameters: { bptt: "29" },
  minProvisionedTPS: 2,
  exploration: { explorationWeight: 0.1, explorationItemAgeCutOff: 65_500 },
} as const;
const reranking = {
  name: "reranking",
  recipe: "aws-personalized-ranking",
  hyperParameters: { bptt: "29" },
  minProvisionedTPS: 1,
} as const;
const config = { filters: {}, popularityBaseline: false, metricAttribution: false, trainingTimeoutHours: 12 };
const models = new RecommendationModels("pets", {
  foundation,
  data,
  models: [recommendation, reranking],
  config: { ...config, filters: { adoptable: 'EXCLUDE ItemID WHERE Items.STATUS IN ("adopted")' } },
});
new RecommendationModels("other", {
  foundation,
  data,
  models: [recommendation],
  config: { ...config, popularityBaseline: true, metricAttribution: true },
});
await waitForRegistrations();

const tags = { Project: "recommender", Stack: "test" };
const arn = (kind: string, name: string) => `arn:aws:personalize:eu-west-1:${account}:${kind}/${name}`;
const role = (name: string) => `arn:aws:iam:eu-west-1:${account}:recommender-test-${name}`;
const group = arn("DatasetGroup", "pets-dataset-group");

/** The inputs without what the dynamic resources add by themselves. */
function inputsOf({ inputs }: Recorded) {
  const own = ["__provider", "account", "ownerTags", "providerVersion", "arn", "physicalName", "trackingId"];
  return Object.fromEntries(Object.entries(inputs).filter(([key, value]) => !own.includes(key) && value !== undefined));
}
const of = (kind: string, prefix = "pets") =>
  recorder
    .of(`pulumi-nodejs:dynamic/personalize:${kind}`)
    .filter(({ name }) => name.startsWith(prefix))
    .map(inputsOf);

test("the dataset group is encrypted with the stack's key, through a separate role", () => {
  expect(of("DatasetGroup")).toEqual([
    {
      name: "recommender-test-pets",
      resourceUrn: expect.stringMatching(/^urn:pulumi:test::.*::pets-dataset-group$/),
      kmsKeyArn: `arn:aws:kms:eu-west-1:${account}:base-key`,
      roleArn: role("personalize-key"),
      tags,
      timeoutSeconds: expect.any(Number),
    },
  ]);
});

describe("each dataset", () => {
  test("is imported from its object, and again when the content changes", () => {
    expect(of("DatasetImportJob")).toMatchObject([
      {
        name: "recommender-test-interactions",
        datasetArn: arn("Dataset", "pets-interactions-dataset"),
        dataLocation: `s3://recommender-test-data-${account}/seed/interactions/interactions.csv`,
        dataHash: data.interactions.hash,
        roleArn: role("personalize-import"),
      },
      { datasetArn: arn("Dataset", "pets-items-dataset"), dataHash: data.items.hash },
    ]);
  });
});

describe("the roles of Personalize", () => {
  test.each(["pets-import-role", "pets-key-role"])("%s is for this account's Personalize only", (name) => {
    const { assumeRolePolicy } = recorder.one("aws:iam/role:Role", name).inputs;
    expect(JSON.parse(String(assumeRolePolicy)).Statement).toMatchObject([
      {
        Principal: { Service: "personalize.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": account } },
      },
    ]);
  });
});

describe("each model", () => {
  test("is served by a campaign with its own throughput, with exploration only where the recipe has it", () => {
    const [first, second] = of("Campaign");
    expect(first).toMatchObject({
      name: "recommender-test-recommendation",
      solutionVersionArn: arn("SolutionVersion", "pets-recommendation-first-version"),
      minProvisionedTPS: 2,
      itemExplorationConfig: { explorationWeight: "0.1", explorationItemAgeCutOff: "65500" },
    });
    expect(second).toMatchObject({ name: "recommender-test-reranking", minProvisionedTPS: 1 });
    expect(JSON.stringify(second)).not.toContain("explorationWeight");
  });
});

test("there is one event tracker, a filter for unavailable items, and one for each name, which contains it", async () => {
  expect(of("EventTracker")).toMatchObject([{ name: "recommender-test-events", datasetGroupArn: group }]);
  expect(of("Filter")).toMatchObject([
    {
      name: "recommender-test-availability",
      datasetGroupArn: group,
      filterExpression: 'EXCLUDE ItemID WHERE Items.STATUS IN ("unavailable")',
    },
    {
      name: "recommender-test-adoptable",
      datasetGroupArn: group,
      filterExpression:
        'EXCLUDE ItemID WHERE Items.STATUS IN ("adopted") | EXCLUDE ItemID WHERE Items.STATUS IN ("unavailable")',
    },
  ]);
  expect(Object.keys(models.filterArns)).toEqual(["adoptable"]);
  expect(await waitForOutput(models.trackingId)).toMatch(/^[0-9a-f-]{36}$/);
});

test("the events of each type are counted with a separate role, only if configured", () => {
  expect(of("MetricAttribution")).toEqual([]);
  const [attribution] = of("MetricAttribution", "other");
  expect(attribution).toMatchObject({ datasetGroupArn: arn("DatasetGroup", "other-dataset-group") });
  expect(attribution?.roleArn).toBe(role("personalize-attribution"));
  expect(attribution?.metrics).toEqual(
    data.eventTypes.map((eventType) => ({
      eventType,
      metricName: `recommender-test-events-${eventType}`,
      expression: "SAMPLECOUNT()",
    })),
  );
});

test("the popularity baseline is a solution without version and campaign, and exists only if configured", () => {
  expect(models.baselineSolutionArn).toBeUndefined();
  expect(of("Solution", "other").map(({ recipeArn }) => recipeArn)).toEqual([
    "arn:aws:personalize:::recipe/aws-popularity-count",
    "arn:aws:personalize:::recipe/aws-user-personalization",
  ]);
  expect(of("Campaign", "other")).toHaveLength(1);
  expect(of("SolutionVersion", "other")).toHaveLength(1);
});
