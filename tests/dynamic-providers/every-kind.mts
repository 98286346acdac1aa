// Good inputs of each kind, and its provider without a service: checks and diffs run in every
// preview, and call nothing.
import { campaignKind } from "../../dynamic-providers/campaign.ts";
import { datasetKind } from "../../dynamic-providers/dataset.ts";
import { datasetGroupKind } from "../../dynamic-providers/dataset-group.ts";
import { datasetImportJobKind } from "../../dynamic-providers/dataset-import-job.ts";
import { eventTrackerKind } from "../../dynamic-providers/event-tracker.ts";
import { filterKind } from "../../dynamic-providers/filter.ts";
import { metricAttributionKind } from "../../dynamic-providers/metric-attribution.ts";
import { createProvider } from "../../dynamic-providers/resource/provider.ts";
import { schemaKind } from "../../dynamic-providers/schema.ts";
import { solutionKind } from "../../dynamic-providers/solution.ts";
import { solutionVersionKind } from "../../dynamic-providers/solution-version.ts";
import { arns, common, scriptService } from "./scripted.mts";

const { open } = scriptService({});

export const items = {
  type: "record",
  name: "Items",
  namespace: "com.amazonaws.personalize.schema",
  version: "1.0",
  fields: [
    { name: "ITEM_ID", type: "string" },
    { name: "SPECIES", type: ["null", "string"], categorical: true },
  ],
};
export const count = (metricName: string) => ({ eventType: "View", metricName, expression: "SAMPLECOUNT()" });
export const sum = (column: string) => ({ eventType: "View", metricName: column, expression: `SUM(${column})` });
export const kinds = {
  schema: [createProvider(schemaKind, open), { ...common, schema: JSON.stringify(items) }],
  datasetGroup: [createProvider(datasetGroupKind, open), { ...common }],
  dataset: [
    createProvider(datasetKind, open),
    { ...common, datasetGroupArn: arns.group, datasetType: "Items", schemaArn: arns.schema, deletionProtection: true },
  ],
  job: [
    createProvider(datasetImportJobKind, open),
    {
      ...common,
      datasetArn: arns.dataset,
      dataLocation: "s3://seed-data/items.csv",
      dataHash: "1",
      roleArn: arns.role,
    },
  ],
  solution: [
    createProvider(solutionKind, open),
    {
      ...common,
      datasetGroupArn: arns.group,
      recipeArn: arns.recipe,
      algorithmHyperParameters: { bptt: "32", recency_mask: "true" },
    },
  ],
  version: [createProvider(solutionVersionKind, open), { ...common, solutionArn: arns.solution }],
  campaign: [createProvider(campaignKind, open), { ...common, solutionVersionArn: arns.version, minProvisionedTPS: 1 }],
  tracker: [createProvider(eventTrackerKind, open), { ...common, datasetGroupArn: arns.group }],
  filter: [
    createProvider(filterKind, open),
    { ...common, datasetGroupArn: arns.group, filterExpression: 'EXCLUDE ItemID WHERE Items.STATUS IN ("adopted")' },
  ],
  attribution: [
    createProvider(metricAttributionKind, open),
    { ...common, datasetGroupArn: arns.group, roleArn: arns.role, metrics: [count("views"), sum("Items.PRICE")] },
  ],
} as const;
export type Name = keyof typeof kinds;
export const names = Object.keys(kinds) as Name[];
