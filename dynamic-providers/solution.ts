import type { Solution as Described } from "@aws-sdk/client-personalize";
import type * as pulumi from "@pulumi/pulumi";
import { checkRecipeOptions } from "./checks/recipe-options";
import { arnRule, flagRule, nameRule, numberTextRule, optionalRule, type Rule, textRule } from "./checks/rules";
import type { CommonOutputs, Inputs, Kind } from "./resource/kind";
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
  /** Parameters of the data before the training, as text. @default the recipe's. Changing this replaces the solution. */
  featureTransformationParameters?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Trains on this event type only. @default all. Changing this replaces the solution. */
  eventType?: pulumi.Input<string>;
  /** Trains on events of at least this value only, as text. @default all. Changing this replaces the solution. */
  eventValueThreshold?: pulumi.Input<string>;
  /** Trains without the promotion gate, at full cost. Changed in place. @default false */
  performAutoTraining?: pulumi.Input<boolean>;
  /** Schedule of the automatic training, `rate(n days)`, 1 to 30. Changed in place. @default the service's, 7 days */
  schedulingExpression?: pulumi.Input<string>;
  /** Searches hyperparameters at each training, for v1 recipes. Changing this replaces the solution. @default false */
  performHPO?: pulumi.Input<boolean>;
}

/** The class fills in the two defaults. */
type SolutionInputs = Inputs<SolutionArgs> & { performAutoTraining: boolean; performHPO: boolean };

const createRules = (): Record<string, Rule> => ({
  name: nameRule(),
  datasetGroupArn: arnRule("dataset-group"),
  eventType: optionalRule(textRule(/^.{1,256}$/s, "Give 1 to 256 characters.")),
  eventValueThreshold: optionalRule(numberTextRule(-1e9, 1e9)),
  performAutoTraining: flagRule,
  performHPO: flagRule,
  schedulingExpression: optionalRule(
    textRule(
      /^rate\((1 day|([1-9]|[12]\d|30) days)\)$/,
      "Give rate(1 day) to rate(30 days): days are the service's only unit.",
    ),
  ),
});

function readSchedule({ latestSolutionUpdate, solutionConfig }: Described): string | undefined {
  const updated = latestSolutionUpdate?.solutionUpdateConfig?.autoTrainingConfig;
  return (updated ?? solutionConfig?.autoTrainingConfig)?.schedulingExpression;
}

function readInputs(seen: Described, given: Partial<SolutionInputs>): Partial<SolutionInputs> {
  const {
    eventValueThreshold,
    algorithmHyperParameters = {},
    featureTransformationParameters = {},
  } = seen.solutionConfig ?? {};
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
    performAutoTraining: seen.performAutoTraining ?? true,
    performHPO: seen.performHPO ?? false,
    ...(seen.eventType && { eventType: seen.eventType }),
    ...(eventValueThreshold && { eventValueThreshold }),
    ...(given.schedulingExpression && { schedulingExpression: readSchedule(seen) ?? given.schedulingExpression }),
  };
}

/** Changes whether and when the service trains by itself. */
function syncAutoTraining(session: Session, properties: SolutionInputs & CommonOutputs): Promise<Described> {
  const { api } = session;
  const { arn, performAutoTraining, schedulingExpression, answers } = properties;
  const expected = answers?.schedulingExpression ?? schedulingExpression;
  const solutionUpdateConfig = schedulingExpression ? { autoTrainingConfig: { schedulingExpression } } : undefined;
  return updateInPlace(session, {
    describe: async () => (await api.describeSolution({ solutionArn: arn })).solution ?? {},
    latestUpdate: (seen) => seen.latestSolutionUpdate,
    isNeeded: (seen) =>
      (seen.performAutoTraining ?? true) !== performAutoTraining ||
      (schedulingExpression !== undefined && readSchedule(seen) !== expected),
    start: () => api.updateSolution({ solutionArn: arn, performAutoTraining, solutionUpdateConfig }),
  });
}

/** The service refuses to delete a solution while a version of it is created, whatever started that. */
async function stopTrainings(session: Session, solutionArn: string): Promise<void> {
  const versions = await listAll(
    (nextToken) => session.api.listSolutionVersions({ solutionArn, nextToken }),
    (page) => page.solutionVersions,
  ).catch(ifNotFound([]));
  const running = versions.filter(({ status = "" }) => /^CREATE (PENDING|IN_PROGRESS|STOPPING)$/.test(status));
  for (const { solutionVersionArn = "" } of running) await stopTraining(session, solutionVersionArn);
}

export const solutionKind = (): Kind<SolutionInputs, Described> => ({
  kind: "Solution",
  rules: createRules(),
  check: (_olds, news) => checkRecipeOptions(news),
  identity({ name, datasetGroupArn, recipeArn, eventType, eventValueThreshold, performHPO, ...config }) {
    const { algorithmHyperParameters, featureTransformationParameters } = config;
    return {
      ...{ name, datasetGroupArn, recipeArn, algorithmHyperParameters, featureTransformationParameters },
      ...{ eventType, eventValueThreshold, performHPO },
    };
  },
  settings: ({ performAutoTraining, schedulingExpression }) => ({ performAutoTraining, schedulingExpression }),
  async find({ api }, { datasetGroupArn }, name) {
    const solutions = await listAll(
      (nextToken) => api.listSolutions({ datasetGroupArn, nextToken }),
      (page) => page.solutions,
    );
    return solutions.find((each) => each.name === name)?.solutionArn;
  },
  async create({ api }, inputs, name) {
    const { algorithmHyperParameters, featureTransformationParameters } = inputs;
    const { eventValueThreshold, schedulingExpression } = inputs;
    const { solutionArn } = await api.createSolution({
      name,
      datasetGroupArn: inputs.datasetGroupArn,
      recipeArn: inputs.recipeArn,
      eventType: inputs.eventType,
      performAutoTraining: inputs.performAutoTraining,
      performHPO: inputs.performHPO,
      solutionConfig: {
        algorithmHyperParameters,
        featureTransformationParameters,
        eventValueThreshold,
        ...(schedulingExpression && { autoTrainingConfig: { schedulingExpression } }),
      },
      tags: toTagList(inputs),
    });
    return solutionArn;
  },
  describe: async ({ api }, solutionArn) => (await api.describeSolution({ solutionArn })).solution ?? {},
  delete: ({ api }, solutionArn) => api.deleteSolution({ solutionArn }),
  readInputs,
  readName: (seen) => seen.name,
  syncSettings: syncAutoTraining,
  beforeDelete: stopTrainings,
});

/**
 * A recipe with its options, on the data of a dataset group. A replacement is created first; the old solution is deleted
 * when nothing uses it any more.
 */
export class Solution extends PersonalizeResource {
  constructor(name: string, args: SolutionArgs, opts?: pulumi.CustomResourceOptions) {
    const { performAutoTraining = false, performHPO = false } = args;
    const inputs = { ...args, performAutoTraining, performHPO };
    super({ type: "Solution", timeoutSeconds: 3600 }, name, inputs, opts);
  }
}
