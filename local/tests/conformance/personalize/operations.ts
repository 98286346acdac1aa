import type { Operation, Operations, Suite } from "./operation.ts";
import { batchInferenceJobOperations } from "./operations/batch-inference-job.ts";
import { campaignOperations } from "./operations/campaign.ts";
import { dataDeletionJobOperations } from "./operations/data-deletion-job.ts";
import { datasetOperations } from "./operations/dataset.ts";
import { datasetExportJobOperations } from "./operations/dataset-export-job.ts";
import { datasetGroupOperations } from "./operations/dataset-group.ts";
import { datasetImportJobOperations } from "./operations/dataset-import-job.ts";
import { eventTrackerOperations } from "./operations/event-tracker.ts";
import { eventsOperations } from "./operations/events.ts";
import { filterOperations } from "./operations/filter.ts";
import { metricAttributionOperations } from "./operations/metric-attribution.ts";
import { runtimeOperations } from "./operations/runtime.ts";
import { schemaOperations } from "./operations/schema.ts";
import { solutionOperations } from "./operations/solution.ts";
import { solutionVersionOperations } from "./operations/solution-version.ts";
import { tagOperations } from "./operations/tags.ts";

/** The operations that need no model; each kind of resource has its own file. */
const dataOperations = (suite: Suite): Operations => ({
  ...datasetGroupOperations(suite),
  ...schemaOperations(suite),
  ...datasetOperations(suite),
  ...datasetImportJobOperations(suite),
  ...datasetExportJobOperations(suite),
  ...dataDeletionJobOperations(suite),
  ...eventTrackerOperations(suite),
  ...eventsOperations(suite),
  ...filterOperations(suite),
  ...metricAttributionOperations(suite),
  ...tagOperations(suite),
});

export const modelOperations = (suite: Suite): Operations => ({
  ...solutionOperations(suite),
  ...solutionVersionOperations(suite),
  ...campaignOperations(suite),
  ...batchInferenceJobOperations(suite),
  ...runtimeOperations(suite),
});

/** Every operation of the three services that the local account has. */
export const listOperations = (suite: Suite): Operations => ({ ...dataOperations(suite), ...modelOperations(suite) });

export function operationOf(suite: Suite, name: string): Operation {
  const found = listOperations(suite)[name];
  if (!found) throw new Error(`No operation ${name} in the table.`);
  return found;
}
