import type { Scope } from "../../aws/arn";
import { completeQuotas, type Quotas } from "../../host/quotas";
import { type Call, defineService, type Host, type Service } from "../../host/service";
import { createStore } from "../../host/store";
import { createCampaignUpdates } from "./background/campaign-update";
import { createTrainings } from "./background/training";
import { type TrainingReport, trainingReport } from "./background/training-report";
import type { Context } from "./context";
import { createInspection, type Inspection } from "./inspection";
import { makeInstant } from "./instant";
import { batchInferenceJobHandlers } from "./operations/batch-inference-job";
import { campaignHandlers } from "./operations/campaign";
import { dataDeletionJobHandlers } from "./operations/data-deletion-job";
import { datasetHandlers } from "./operations/dataset";
import { datasetExportJobHandlers } from "./operations/dataset-export-job";
import { datasetGroupHandlers } from "./operations/dataset-group";
import { datasetImportJobHandlers } from "./operations/dataset-import-job";
import { eventTrackerHandlers } from "./operations/event-tracker";
import { createEventsService } from "./operations/events";
import { filterHandlers } from "./operations/filter";
import { metricAttributionHandlers } from "./operations/metric-attribution";
import { recipeHandlers } from "./operations/recipe";
import { recommenderHandlers } from "./operations/recommender";
import { createRuntimeService } from "./operations/runtime";
import { schemaHandlers } from "./operations/schema";
import { solutionHandlers } from "./operations/solution";
import { solutionVersionHandlers } from "./operations/solution-version";
import { tagHandlers } from "./operations/tags";
import { permissions } from "./permissions";
import { accessInside } from "./s3/access-inside";
import { accessOutside } from "./s3/access-outside";
import { leaveOutSources } from "./s3/source-keys";
import { createLifecycle } from "./state/lifecycle";
import { createState } from "./state/state";
import { completeBehaviour, rephrase, type Undocumented } from "./undocumented";

/**
 * Amazon Personalize: three services over one state. Models are really trained, and events change
 * the next response. Jobs use the S3 at `s3Endpoint` instead of the account's.
 */
export function personalize(
  fullHost: Host,
  given: Undocumented = {},
  quotas: Quotas = completeQuotas(),
  { s3Endpoint, instant = false }: { s3Endpoint?: string | undefined; instant?: boolean | undefined } = {},
): {
  control: Service<"personalize">;
  events: Service<"personalize-events">;
  runtime: Service<"personalize-runtime">;
  trainingReport(scope: Scope, solutionVersionArn: string): TrainingReport | undefined;
  readonly inspection: Inspection;
} {
  const undocumented = completeBehaviour(given);
  const host = leaveOutSources(fullHost, undocumented);
  const day = 86_400_000;
  const lifecycle = createLifecycle(host, undocumented.deletionTakes === "a day" ? { "data deletion": day } : {});
  const context: Context = {
    host,
    store: createStore(createState),
    lifecycle,
    data: s3Endpoint === undefined ? accessInside(host) : accessOutside(s3Endpoint),
    undocumented,
    quotas,
  };
  const updates = createCampaignUpdates(context);
  const trainings = createTrainings(context, updates);
  const prepare = <H extends object>(handlers: H) =>
    rephraseDescriptions(context, instant ? makeInstant(lifecycle, handlers) : handlers);
  return {
    control: defineService({
      name: "personalize",
      iamPrefix: "personalize",
      validationError: "InvalidInputException",
      permissions,
      handlers: prepare({
        ...datasetGroupHandlers(context),
        ...schemaHandlers(context),
        ...datasetHandlers(context),
        ...datasetImportJobHandlers(context),
        ...datasetExportJobHandlers(context),
        ...dataDeletionJobHandlers(context),
        ...eventTrackerHandlers(context),
        ...filterHandlers(context),
        ...recipeHandlers,
        ...solutionHandlers(context, trainings),
        ...solutionVersionHandlers(context, trainings),
        ...campaignHandlers(context, updates),
        ...recommenderHandlers(context),
        ...batchInferenceJobHandlers(context),
        ...metricAttributionHandlers(context),
        ...tagHandlers(context),
      }),
    }),
    events: createEventsService(context),
    runtime: createRuntimeService(context),
    trainingReport: (scope, arn) => trainingReport(context, scope, arn),
    inspection: createInspection(context),
  };
}

type Handler = (input: object, call: Call) => unknown;

/** Gives the responses of Describe another form, if configured. */
function rephraseDescriptions<H extends object>({ undocumented }: Context, handlers: H): H {
  if (undocumented.echo === "given") return handlers;
  const wrap = (handler: Handler) => async (input: object, call: Call) => rephrase(await handler(input, call));
  const wrapped = Object.entries(handlers).map(([operation, handler]) => [
    operation,
    operation.startsWith("Describe") ? wrap(handler as Handler) : handler,
  ]);
  return Object.fromEntries(wrapped) as H;
}
