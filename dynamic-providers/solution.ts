import type { Solution as Described, EventsConfig } from "@aws-sdk/client-personalize";
import type * as pulumi from "@pulumi/pulumi";
import { checkRecipeOptions } from "./checks/recipe-options";
import type { CommonOutputs, Inputs, Kind } from "./resource/kind";
import { toCanonicalJson } from "./resource/names";
import { type CommonArgs, PersonalizeResource } from "./resource/resource";
import { toTagList } from "./resource/tags";
import { updateInPlace } from "./resource/update-in-place";
import { ifNotFound } from "./service/errors";
import { listAll, type Session } from "./service/session";
import { stopTraining } from "./service/stop-training";

export interface SolutionArgs extends CommonArgs {
  /** Changing this replaces the solution. */
  datasetGroupArn: pulumi.Input<string>;
  /** `arn:aws:personalize:::recipe/<recipe>`. Changing this replaces the solution. */
  recipeArn: pulumi.Input<string>;
  /** All values as text. Changing this replaces the solution. */
  algorithmHyperParameters: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Parameters of the data before the training, as text. @default the recipe's. Changing this
   * replaces the solution.
   */
  featureTransformationParameters?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Event types with weights from 0 to 1, of which only the ratios count; types that are left out
   * do not train. @default all events count equally. Changed in place: the next version trains with
   * them.
   */
  eventWeights?: pulumi.Input<Record<string, pulumi.Input<number>>>;
}

type SolutionInputs = Inputs<SolutionArgs>;

/** The API's form of event weights. An empty list is that of a solution without them. */
const toEventsConfig = (weights: Record<string, number> = {}) => ({
  eventParametersList: Object.entries(weights).map(([eventType, weight]) => ({ eventType, weight })),
});

function readWeights(
  { solutionConfig, latestSolutionUpdate: update }: Described,
  given: Readonly<Record<string, number>> = {},
): Record<string, number> {
  // Nothing documents whether `solutionConfig` has an update's configuration.
  const updated = update?.status === "ACTIVE" ? update.solutionUpdateConfig?.eventsConfig : undefined;
  const seen = toWeights(updated ?? solutionConfig?.eventsConfig);
  // Nothing documents how many digits the service keeps: as a `float` 0.1 is 0.10000000149.
  const same = (weight: number, before: number | undefined) =>
    before !== undefined && Math.fround(before) === Math.fround(weight) ? before : weight;
  return Object.fromEntries(Object.entries(seen).map(([type, weight]) => [type, same(weight, given[type])]));
}

const toWeights = ({ eventParametersList = [] }: EventsConfig = {}): Record<string, number> =>
  Object.fromEntries(eventParametersList.map(({ eventType = "", weight = 1 }) => [eventType, weight]));

function readInputs(seen: Described, given: Partial<SolutionInputs>): Partial<SolutionInputs> {
  const { algorithmHyperParameters = {}, featureTransformationParameters = {} } = seen.solutionConfig ?? {};
  // The service may return more than it was given: only a given value can drift.
  const pick = (values: Record<string, string>, known: object = values) =>
    Object.fromEntries(Object.entries(values).filter(([name, value]) => value && Object.hasOwn(known, name)));
  return {
    datasetGroupArn: seen.datasetGroupArn ?? "",
    recipeArn: seen.recipeArn ?? "",
    algorithmHyperParameters: pick(algorithmHyperParameters, given.algorithmHyperParameters),
    ...(given.featureTransformationParameters && {
      featureTransformationParameters: pick(featureTransformationParameters, given.featureTransformationParameters),
    }),
    ...(given.eventWeights && { eventWeights: readWeights(seen, given.eventWeights) }),
  };
}

/**
 * The service refuses to delete a solution while a version of it is created, whatever started that.
 */
async function stopTrainings(session: Session, solutionArn: string): Promise<void> {
  const versions = await listAll(
    (nextToken) => session.api.listSolutionVersions({ solutionArn, nextToken }),
    "solutionVersions",
  ).catch(ifNotFound([]));
  const running = versions.filter(({ status = "" }) => /^CREATE (PENDING|IN_PROGRESS|STOPPING)$/.test(status));
  for (const { solutionVersionArn = "" } of running) await stopTraining(session, solutionVersionArn);
}

async function syncWeights(
  session: Session,
  { arn, eventWeights = {} }: SolutionInputs & CommonOutputs,
  before: Described,
): Promise<Described> {
  const { api } = session;
  const differ = (seen: Described) =>
    toCanonicalJson(readWeights(seen, eventWeights)) !== toCanonicalJson(eventWeights);
  const update = {
    describe: async () => (await api.describeSolution({ solutionArn: arn })).solution ?? {},
    latestUpdate: ({ latestSolutionUpdate }: Described) => latestSolutionUpdate,
    isNeeded: differ,
    start: () =>
      api.updateSolution({ solutionArn: arn, solutionUpdateConfig: { eventsConfig: toEventsConfig(eventWeights) } }),
  };
  const seen = differ(before) ? await updateInPlace(session, update) : before;
  // The update may say what was asked for, and the configuration what is so.
  const left = { ...toWeights(seen.solutionConfig?.eventsConfig), ...readWeights(seen) };
  if (Object.keys(eventWeights).length > 0 || Object.keys(left).length === 0) return seen;
  throw new Error(
    `${session.label}: the service keeps the event weights, although it took an update without them. ` +
      "Give each event type the weight 1, which means the same.",
  );
}

export const solutionKind = (): Kind<SolutionInputs, Described> => ({
  kind: "Solution",
  check: (_olds, news) => checkRecipeOptions(news),
  identity: ({ name, datasetGroupArn, recipeArn, algorithmHyperParameters, featureTransformationParameters }) => ({
    name,
    datasetGroupArn,
    recipeArn,
    algorithmHyperParameters,
    featureTransformationParameters,
  }),
  settings: ({ eventWeights = {} }) => ({ eventWeights }),
  async find({ api }, { datasetGroupArn }, name) {
    const solutions = await listAll((nextToken) => api.listSolutions({ datasetGroupArn, nextToken }), "solutions");
    return solutions.find((each) => each.name === name)?.solutionArn;
  },
  async create({ api }, inputs, name) {
    const { algorithmHyperParameters, featureTransformationParameters, eventWeights } = inputs;
    const eventsConfig = eventWeights && toEventsConfig(eventWeights);
    const { solutionArn } = await api.createSolution({
      name,
      datasetGroupArn: inputs.datasetGroupArn,
      recipeArn: inputs.recipeArn,
      // The service's default would train every week without the promotion gate, at full cost.
      performAutoTraining: false,
      solutionConfig: { algorithmHyperParameters, featureTransformationParameters, eventsConfig },
      tags: toTagList(inputs),
    });
    return solutionArn;
  },
  describe: async ({ api }, solutionArn) => (await api.describeSolution({ solutionArn })).solution ?? {},
  delete: ({ api }, solutionArn) => api.deleteSolution({ solutionArn }),
  readInputs,
  syncSettings: syncWeights,
  beforeDelete: stopTrainings,
});

/**
 * A recipe with its options, on the data of a dataset group. A replacement is created first; the
 * old solution is deleted when nothing uses it any more.
 */
export class Solution extends PersonalizeResource {
  constructor(name: string, args: SolutionArgs, opts?: pulumi.CustomResourceOptions) {
    super({ type: "Solution", timeoutSeconds: 3600 }, name, args, opts);
  }
}
