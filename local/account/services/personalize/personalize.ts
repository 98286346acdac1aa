import type { Host, Service } from "../../endpoint/service";
import { algorithmOperations } from "./algorithm";
import { batchInferenceJobs } from "./batch-inference-job";
import { campaigns } from "./campaign";
import type { Context } from "./context";
import { dataDeletionJobs } from "./data-deletion-job";
import { datasets } from "./dataset";
import { datasetExportJobs } from "./dataset-export-job";
import { datasetGroups } from "./dataset-group";
import { datasetImportJobs } from "./dataset-import-job";
import { eventTrackers } from "./event-tracker";
import { events } from "./events";
import { filters } from "./filter";
import { createLifecycle } from "./lifecycle";
import { metricAttributions } from "./metric-attribution";
import { permissions } from "./permissions";
import { recipeOperations } from "./recipe";
import { runtime } from "./runtime";
import { schemas } from "./schema";
import { solutions } from "./solution";
import { solutionVersions } from "./solution-version";
import { createState } from "./state";
import { tags } from "./tags";
import { type TrainingReport, trainingReport } from "./training-report";
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
  };
}
