import { expect, test } from "vitest";
import { record, waitForRegistrations } from "../support/record.ts";
import { arns } from "./scripted.mts";

const recorder = record({ project: "recommender", stack: "dev" });
const { Campaign } = await import("../../dynamic-providers/campaign.ts");
const { Dataset } = await import("../../dynamic-providers/dataset.ts");
const { DatasetGroup } = await import("../../dynamic-providers/dataset-group.ts");
const { DatasetImportJob } = await import("../../dynamic-providers/dataset-import-job.ts");
const { EventTracker } = await import("../../dynamic-providers/event-tracker.ts");
const { Filter } = await import("../../dynamic-providers/filter.ts");
const { MetricAttribution } = await import("../../dynamic-providers/metric-attribution.ts");
const { Schema } = await import("../../dynamic-providers/schema.ts");
const { Solution } = await import("../../dynamic-providers/solution.ts");
const { SolutionVersion } = await import("../../dynamic-providers/solution-version.ts");

const group = { name: "pets", datasetGroupArn: arns.group };
const dataset = { ...group, datasetType: "Items", schemaArn: arns.schema, deletionProtection: true } as const;
const job = {
  name: "pets",
  datasetArn: arns.dataset,
  dataLocation: "s3://seed/items.csv",
  dataHash: "1",
  roleArn: arns.role,
  importMode: "FULL",
} as const;
const solution = { ...group, recipeArn: arns.recipe, algorithmHyperParameters: {} };
const version = { solutionArn: arns.solution, trainingMode: "FULL" } as const;
const campaign = { name: "pets", solutionVersionArn: arns.version, minProvisionedTPS: 1 };
new Schema("schema", { name: "pets", schema: "{}" });
new DatasetGroup("group", { name: "pets" });
new Dataset("dataset", dataset);
new DatasetImportJob("job", job);
new Solution("solution", solution);
new SolutionVersion("version", version);
new Campaign("campaign", campaign);
new EventTracker("tracker", group);
new Filter("filter", { ...group, filterExpression: "EXCLUDE …" });
const attribution = {
  ...group,
  roleArn: arns.role,
  metrics: [{ eventType: "Favorite", metricName: "favorites", expression: "SAMPLECOUNT()" }],
};
new MetricAttribution("attribution", attribution);
await waitForRegistrations();

const owner = (resource: string) => ({
  "pulumi:project": "recommender",
  "pulumi:stack": "dev",
  "pulumi:resource": resource,
});
const common = (resource: string, timeoutSeconds: number) => ({
  tags: {},
  ownerTags: owner(resource),
  account: "123456789012",
  providerVersion: "2",
  timeoutSeconds,
});

test.each([
  [
    "Schema",
    "schema",
    { name: "pets", schema: "{}", account: "123456789012", providerVersion: "2", timeoutSeconds: 300 },
  ],
  ["DatasetGroup", "group", { name: "pets", ...common("group", 900) }],
  ["Dataset", "dataset", { ...dataset, ...common("dataset", 3600) }],
  ["DatasetImportJob", "job", { ...job, ...common("job", 21_600) }],
  ["Solution", "solution", { ...solution, ...common("solution", 3600), performAutoTraining: false }],
  ["SolutionVersion", "version", { name: "version", ...version, ...common("version", 28_800) }],
  ["Campaign", "campaign", { ...campaign, ...common("campaign", 7200) }],
  ["EventTracker", "tracker", { ...group, ...common("tracker", 900) }],
  [
    "MetricAttribution",
    "attribution",
    { ...attribution, account: "123456789012", providerVersion: "2", timeoutSeconds: 1800 },
  ],
  ["Filter", "filter", { ...group, filterExpression: "EXCLUDE …", ...common("filter", 1800) }],
])("%s has its stable type, the stack's tags, its defaults, and nothing else", (type, name, expected) => {
  const { inputs } = recorder.one(`pulumi-nodejs:dynamic/personalize:${type}`, name);
  const { __provider, resourceUrn, ...rest } = inputs;

  expect(rest).toEqual(expected);
  expect(resourceUrn).toMatch(new RegExp(`^urn:pulumi:.+::pulumi-nodejs:dynamic/personalize:${type}::${name}$`));
  expect(__provider).toEqual(expect.stringContaining("exports.handler"));
});
