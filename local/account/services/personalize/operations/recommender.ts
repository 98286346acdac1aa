import { isDeepStrictEqual } from "node:util";
import type { RecommenderConfig } from "@aws-sdk/client-personalize";
import type { Call, Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { refuseWrongExploration } from "../background/campaign-update";
import { createRecommenderTrainings, type RecommenderTrainings } from "../background/recommender-training";
import { arnOf, type Context, type Input } from "../context";
import { inUse, invalidInput, limitExceeded } from "../faults";
import { recipeArn } from "../recipes/catalogue";
import { findRecipe, findUseCase } from "../recipes/find-recipe";
import { refuseWrongColumns } from "../recipes/solution-config";
import type { UseCase } from "../recipes/use-cases";
import { notBegun, progress, refuseBusy, requireActive } from "../state/registry";
import { interactionsDataset, type PersonalizeState, type Recommender, recordsDataset } from "../state/state";
import { itemColumnsOf } from "./solution";
import { addTagged } from "./tags";

/** In a Region (guide, "Domain recommenders in Amazon Personalize"). */
const maxInRegion = 15;

export function recommenderHandlers(context: Context) {
  const { store, lifecycle } = context;
  const trainings = createRecommenderTrainings(context);
  // What fails on request leaves the recommender as it was.
  const stop = lifecycle.step<undefined>({
    takes: "stop of a recommender",
    states: { pending: "STOP PENDING", running: "STOP IN_PROGRESS", done: "INACTIVE", failed: "ACTIVE" },
  });
  const start = lifecycle.step<undefined>({
    takes: "stop of a recommender",
    states: { pending: "START PENDING", running: "START IN_PROGRESS", done: "ACTIVE", failed: "INACTIVE" },
  });
  const remove = lifecycle.removal<{ state: PersonalizeState; arn: string }>(({ state, arn }) => {
    state.recommenders.delete(arn);
    state.tags.delete(arn);
  });

  return {
    CreateRecommender: (input, call) => createRecommender(context, trainings, input, call),

    DescribeRecommender({ recommenderArn }, call) {
      const recommender = store.of(call).recommenders.find(recommenderArn);
      const { latestUpdate } = recommender;
      return {
        recommender: {
          ...summarise(recommender),
          failureReason: recommender.failureReason,
          modelMetrics: metricsOf(recommender),
          ...(latestUpdate && {
            latestRecommenderUpdate: { recommenderConfig: latestUpdate.config, ...progress(latestUpdate) },
          }),
        },
      };
    },

    ListRecommenders(input, call) {
      const { recommenders, groups } = store.of(call);
      const group = groups.narrowing(input.datasetGroupArn);
      const { items, nextToken } = recommenders.page(input, group, ({ groupArn }) => groupArn);
      return { recommenders: items.map(summarise), nextToken };
    },

    UpdateRecommender: (input, call) => updateRecommender(context, trainings, input, call),

    StopRecommender({ recommenderArn }, call) {
      const recommender = requireActive(store.of(call).recommenders.find(recommenderArn), "Recommender");
      refuseUpdating(recommender);
      stop(recommender, `the stop of recommender ${recommender.name}`, undefined);
      return { recommenderArn };
    },

    StartRecommender({ recommenderArn }, call) {
      const recommender = store.of(call).recommenders.find(recommenderArn);
      if (recommender.status !== "INACTIVE") {
        throw inUse(`Recommender ${recommender.arn} is ${recommender.status}; it must be INACTIVE.`);
      }
      start(recommender, `the start of recommender ${recommender.name}`, undefined);
      return { recommenderArn };
    },

    DeleteRecommender({ recommenderArn }, call) {
      const state = store.of(call);
      const recommender = state.recommenders.find(recommenderArn);
      refuseBusy(recommender, "Recommender");
      refuseUpdating(recommender);
      remove(recommender, `recommender ${recommender.name}`, { state, arn: recommender.arn });
      return {};
    },
  } satisfies Handlers<Clients["personalize"]>;
}

function summarise(recommender: Recommender) {
  const { name, arn, groupArn, useCase, config } = recommender;
  const { failureReason: _, ...dated } = progress(recommender);
  return {
    name,
    recommenderArn: arn,
    datasetGroupArn: groupArn,
    recipeArn: recipeArn(useCase),
    recommenderConfig: config,
    ...dated,
  };
}

/**
 * Absent while the recommender is created or deleted (API reference, DescribeRecommender). The
 * guide has the eight of all recipes for recommenders, and no trend prediction accuracy
 * ("Evaluating an Amazon Personalize domain recommender").
 */
function metricsOf({ status, serving }: Recommender): Record<string, number> | undefined {
  if (!serving?.model || /^(CREATE|DELETE)/.test(status)) return undefined;
  const { trend_prediction_accuracy: _, ...metrics } = serving.model.metrics;
  return metrics;
}

function createRecommender(
  { host, store, quotas }: Context,
  trainings: RecommenderTrainings,
  {
    name = "",
    datasetGroupArn,
    recipeArn: useCaseArn,
    recommenderConfig: config = {},
    tags,
  }: Input<"CreateRecommender">,
  call: Call,
) {
  const useCase = findUseCase(useCaseArn);
  const state = store.of(call);
  const group = requireActive(state.groups.find(datasetGroupArn), "DatasetGroup");
  if (group.domain !== useCase.domain) {
    throw invalidInput(
      `The recipe ${useCase.name} is for the domain ${useCase.domain}, which ${group.arn} does not have.`,
    );
  }
  const arn = arnOf(call, `recommender/${name}`);
  state.recommenders.refuseTaken(arn);
  state.recommenders.refuseOver(quotas.recommenders, group.arn, ({ groupArn }) => groupArn === group.arn);
  if (state.recommenders.all().length >= maxInRegion) {
    throw limitExceeded(`More than ${maxInRegion} Recommender resources in the Region: the quota is ${maxInRegion}.`);
  }
  refuseMissingData(state, group.arn, useCase);
  refuseWrongSettings(state, group.arn, useCase, config);
  const { trainingDataConfig } = config;
  const beneath = { arn, name, groupArn: group.arn, ...notBegun(host) };
  const recommender: Recommender = addTagged(state, tags, state.recommenders, {
    ...beneath,
    useCase: useCase.name,
    config,
    solution: {
      ...beneath,
      recipe: useCase.recipe,
      eventType: useCase.trainsOn,
      config: { ...(trainingDataConfig && { trainingDataConfig }) },
      performAutoTraining: false,
      itemColumns: useCase.items === "not used" ? [] : itemColumnsOf(state, group.arn),
    },
  });
  trainings.create(call, recommender);
  return { recommenderArn: arn };
}

function refuseMissingData(state: PersonalizeState, groupArn: string, { name, items }: UseCase): void {
  const interactions = interactionsDataset(state, groupArn);
  if (!interactions) throw invalidInput(`DatasetGroup ${groupArn} has no Interactions dataset.`);
  requireActive(interactions, "Dataset");
  if (items !== "required") return;
  const catalogue = recordsDataset(state, groupArn, "ITEMS");
  if (!catalogue) throw invalidInput(`DatasetGroup ${groupArn} has no Items dataset, which the recipe ${name} needs.`);
  requireActive(catalogue, "Dataset");
}

function refuseWrongSettings(
  state: PersonalizeState,
  groupArn: string,
  { recipe }: Pick<UseCase, "recipe">,
  { itemExplorationConfig, trainingDataConfig }: RecommenderConfig,
): void {
  refuseWrongExploration(findRecipe(recipeArn(recipe)), itemExplorationConfig, "recommenderConfig");
  refuseWrongColumns(state, groupArn, { ...(trainingDataConfig && { trainingDataConfig }) });
  const excluded = Object.entries(trainingDataConfig?.excludedDatasetColumns ?? {});
  // "You can't exclude EVENT_TYPE columns" (guide, "Configuring columns used when creating an
  // Amazon Personalize domain recommender").
  if (excluded.some(([type, columns]) => type.toUpperCase() === "INTERACTIONS" && columns.includes("EVENT_TYPE"))) {
    throw invalidInput("recommenderConfig.trainingDataConfig cannot exclude EVENT_TYPE.");
  }
}

/**
 * Members that are left out keep their values (inferred). Other columns begin a training; settings
 * that the recommender has already begin nothing (guide, "Updating a recommender").
 */
function updateRecommender(
  { store }: Context,
  trainings: RecommenderTrainings,
  { recommenderArn, recommenderConfig = {} }: Input<"UpdateRecommender">,
  call: Call,
) {
  const state = store.of(call);
  const recommender = requireActive(state.recommenders.find(recommenderArn), "Recommender");
  refuseUpdating(recommender);
  const config = { ...recommender.config, ...recommenderConfig };
  refuseWrongSettings(
    state,
    recommender.groupArn,
    { recipe: findUseCase(recipeArn(recommender.useCase)).recipe },
    config,
  );
  if (!isDeepStrictEqual(config, recommender.config)) trainings.update(call, recommender, config);
  return { recommenderArn };
}

function refuseUpdating({ arn, latestUpdate }: Recommender): void {
  if (!/PENDING|IN_PROGRESS/.test(latestUpdate?.status ?? "")) return;
  throw inUse(`Recommender ${arn} is being updated; wait until its latest update has ended.`);
}
