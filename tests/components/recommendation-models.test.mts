import { expect, test } from "vitest";
import { recordFull, recordUsual } from "../stacks/recorded-stacks.mts";
import { account, type Recorded } from "../support/record.ts";

const { stack } = await recordUsual();
const { stack: full } = await recordFull();

const arn = (kind: string, name: string) => `arn:aws:personalize:eu-west-1:${account}:${kind}/recommender-${name}`;
const role = (name: string) => `arn:aws:iam:eu-west-1:${account}:recommender-dev-${name}`;
const group = arn("DatasetGroup", "dataset-group");

/** The inputs without what the dynamic resources add by themselves. */
function inputsOf({ inputs }: Recorded) {
  const own = ["__provider", "account", "ownerTags", "providerVersion", "arn", "physicalName", "trackingId"];
  return Object.fromEntries(Object.entries(inputs).filter(([key, value]) => !own.includes(key) && value !== undefined));
}
const of = (kind: string, { of: ofType } = stack) => ofType(`pulumi-nodejs:dynamic/personalize:${kind}`).map(inputsOf);

test("the dataset group is encrypted with the stack's key, through a separate role", () => {
  expect(of("DatasetGroup")).toEqual([
    {
      name: "recommender-dev-pets",
      resourceUrn: expect.stringMatching(/^urn:pulumi:dev::.*::recommender-dataset-group$/),
      kmsKeyArn: `arn:aws:kms:eu-west-1:${account}:recommender-key`,
      roleArn: role("personalize-key"),
      tags: { Project: "recommender", Stack: "dev" },
      timeoutSeconds: expect.any(Number),
    },
  ]);
});

test("each dataset is imported from its object, and again when the content changes", () => {
  const hashOf = (name: string) =>
    stack.one("aws:s3/bucketObjectv2:BucketObjectv2", `recommender-data-${name}-csv`).inputs.sourceHash;
  expect(of("DatasetImportJob")).toMatchObject([
    {
      name: "recommender-dev-interactions",
      datasetArn: arn("Dataset", "interactions-dataset"),
      dataLocation: `s3://recommender-dev-data-${account}/seed/interactions/interactions.csv`,
      dataHash: hashOf("interactions"),
      roleArn: role("personalize-import"),
    },
    { datasetArn: arn("Dataset", "items-dataset"), dataHash: hashOf("items") },
  ]);
});

test("each model is served by a campaign with its own throughput, with exploration only where the recipe has it", () => {
  const [first, second] = of("Campaign");
  expect(first).toMatchObject({
    name: "recommender-dev-recommendation",
    solutionVersionArn: arn("SolutionVersion", "recommendation-first-version"),
    minProvisionedTPS: 2,
    itemExplorationConfig: { explorationWeight: "0.1", explorationItemAgeCutOff: "65500" },
  });
  expect(second).toMatchObject({ name: "recommender-dev-reranking", minProvisionedTPS: 1 });
  expect(JSON.stringify(second)).not.toContain("explorationWeight");
});

test("there is one event tracker, a filter for unavailable items, and one for each name, which begins with it", () => {
  expect(of("EventTracker")).toMatchObject([{ name: "recommender-dev-events", datasetGroupArn: group }]);
  expect(of("Filter", full)).toMatchObject([
    {
      name: "recommender-dev-availability",
      datasetGroupArn: group.replace("recommender-", "full-"),
      filterExpression: 'EXCLUDE ItemID WHERE Items.STATUS IN ("unavailable")',
    },
    {
      name: "recommender-dev-adoptable",
      filterExpression:
        'EXCLUDE ItemID WHERE Items.STATUS IN ("unavailable") | EXCLUDE ItemID WHERE Items.STATUS IN ("adopted")',
    },
  ]);
});

test("the events of each type are counted with a separate role, only if configured", () => {
  expect(of("MetricAttribution")).toEqual([]);
  expect(of("MetricAttribution", full)).toMatchObject([
    {
      datasetGroupArn: group.replace("recommender-", "full-"),
      roleArn: role("personalize-attribution"),
      metrics: ["DetailView", "Favorite", "Application"].map((eventType) => ({
        eventType,
        metricName: `recommender-dev-events-${eventType}`,
        expression: "SAMPLECOUNT()",
      })),
    },
  ]);
});

test("the popularity baseline is a solution without version and campaign, and exists only if configured", () => {
  expect(of("Solution")).toHaveLength(2);
  expect(of("Solution", full).map(({ recipeArn }) => recipeArn)).toEqual([
    "arn:aws:personalize:::recipe/aws-popularity-count",
    "arn:aws:personalize:::recipe/aws-user-personalization",
    "arn:aws:personalize:::recipe/aws-personalized-ranking",
  ]);
  expect(of("Campaign", full)).toHaveLength(2);
  expect(of("SolutionVersion", full)).toHaveLength(2);
});
