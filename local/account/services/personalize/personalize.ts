import type { Host, Service } from "../../endpoint/service";
import { type TrainingReport, trainingReport } from "./background/training-report";
import type { Context } from "./context";
import { type Inspection, inspection } from "./inspection";
import { algorithmOperations } from "./operations/algorithm";
import { batchInferenceJobs } from "./operations/batch-inference-job";
import { campaigns } from "./operations/campaign";
import { dataDeletionJobs } from "./operations/data-deletion-job";
import { datasets } from "./operations/dataset";
import { datasetExportJobs } from "./operations/dataset-export-job";
import { datasetGroups } from "./operations/dataset-group";
import { datasetImportJobs } from "./operations/dataset-import-job";
import { eventTrackers } from "./operations/event-tracker";
import { events } from "./operations/events";
import { filters } from "./operations/filter";
import { metricAttributions } from "./operations/metric-attribution";
import { recipeOperations } from "./operations/recipe";
import { runtime } from "./operations/runtime";
import { schemas } from "./operations/schema";
import { solutions } from "./operations/solution";
import { solutionVersions } from "./operations/solution-version";
import { tags } from "./operations/tags";
import { permissions } from "./permissions";
import { createLifecycle } from "./state/lifecycle";
import { createState } from "./state/state";
import { answering, type Undocumented } from "./undocumented";

/** Amazon Personalize: three services over one state. Models are really trained, and events change the next answer. */
export function personalize(
  host: Host,
  undocumented: Undocumented = {},
): {
  control: Service<"personalize">;
  events: Service<"personalize-events">;
  runtime: Service<"personalize-runtime">;
  trainingReport(place: { account: string; region: string }, solutionVersionArn: string): TrainingReport | undefined;
  readonly inspection: Inspection;
} {
  const lifecycle = createLifecycle(host.clock);
  const context: Context = { host, store: host.store(createState), lifecycle, undocumented };
  return {
    control: {
      name: "personalize",
      iamPrefix: "personalize",
      validationError: "InvalidInputException",
      permissions,
      handlers: answering(undocumented, {
        ...datasetGroups(context),
        ...schemas(context),
        ...datasets(context),
        ...datasetImportJobs(context),
        ...datasetExportJobs(context),
        ...dataDeletionJobs(context),
        ...eventTrackers(context),
        ...filters(context),
        ...recipeOperations(),
        ...algorithmOperations(),
        ...solutions(context),
        ...solutionVersions(context),
        ...campaigns(context),
        ...batchInferenceJobs(context),
        ...metricAttributions(context),
        ...tags(context),
      }),
    },
    events: events(context),
    runtime: runtime(context),
    trainingReport: (place, arn) => trainingReport(context, place, arn),
    inspection: inspection(context),
  };
}
