// Rules about several keys of the configuration.
import { checkFilterExpression, readClauses } from "../../dynamic-providers/checks/filter-expression";
import { findWrongHyperParameters } from "../../dynamic-providers/checks/recipe-options";
import { findRecipes, recipes } from "../../dynamic-providers/checks/recipes";
import { parts } from "../../names/layout";
import { findWrongExperiment } from "./experiment";
import { completeExperiment } from "./experiment-forms";
import { weighedMetrics } from "./gate-fields";
import type { Values } from "./keys";
import { type ConfiguredModel, describePlacements, listModels, type ModelKeys, modelKeys, pathOf } from "./models";
import { findWrongPlacements } from "./placements";
import type { Problem } from "./problems";

/** The configuration without the keys whose values are wrong by themselves. */
type CheckedKeys = Partial<Values>;

export function findContradictions(config: CheckedKeys): Problem[] {
  const { placements, filters, experiment } = config;
  return [
    ...checkExploration(config),
    ...checkFilters(filters ?? {}),
    ...(placements && filters ? findWrongPlacements(placements, filters) : []),
    ...checkThroughput(config),
    ...checkHyperParameters(config),
    ...(hasModels(config) ? checkModels(config, listModels(config)) : []),
    ...(hasModels(config) ? checkWeights(config) : []),
    ...checkRetention(config),
    ...checkSleep(config),
    ...checkUsersSchema(config),
    ...(hasModels(config) && filters && experiment && Object.values(filters).every(readClauses)
      ? findWrongExperiment(completeExperiment(experiment), describePlacements({ ...config, filters }), filters)
      : []),
  ];
}

function checkExploration(config: CheckedKeys): Problem[] {
  const { recommendationRecipe: recipe } = config;
  if (recipe === undefined || recipes[recipe].explores) return [];
  const given = (["explorationWeight", "explorationItemAgeCutOff"] as const).filter((key) => config[key] !== undefined);
  const message = `cannot be set: the recipe ${recipe} chooses its own exploration`;
  return given.map((key) => ({ key, message }));
}

/**
 * The service would refuse an expression after the import; here it is refused together with what
 * else is wrong.
 */
function checkFilters(filters: Readonly<Record<string, string>>): Problem[] {
  const reserved =
    "is the name of the program's own filter, which always leaves out unavailable items; choose another name";
  return Object.entries(filters).flatMap(([name, expression]) =>
    [...(name === parts.availabilityFilter ? [reserved] : []), ...checkFilterExpression(expression)].map((message) => ({
      key: "filters",
      inside: [name],
      message,
    })),
  );
}

const hasModels = (config: CheckedKeys): config is CheckedKeys & ModelKeys =>
  modelKeys.every((key) => config[key] !== undefined);

/** Keys of the models in place of those whose values are wrong. */
const anyModels: ModelKeys = {
  recommendationRecipe: "aws-user-personalization",
  rerankingRecipe: "aws-personalized-ranking",
  rerankingEnabled: true,
  minProvisionedTPS: 1,
  rerankMinProvisionedTPS: 1,
  placements: {},
};

/** Compares each throughput with the limit, also where other keys of the models are wrong. */
function checkThroughput(config: CheckedKeys): Problem[] {
  const { maximumProvisionedTPS: cap } = config;
  if (cap === undefined) return [];
  return listModels({ ...anyModels, ...config }).flatMap(({ name, minProvisionedTPS: tps }) => {
    const [key, ...inside] = pathOf(name, "minProvisionedTPS");
    return tps <= cap ? [] : [{ key, inside, message: `is ${tps}, above maximumProvisionedTPS, which is ${cap}` }];
  });
}

/** Compares hyperparameters with what the recipe takes, where the recipe itself is right. */
function checkHyperParameters(config: CheckedKeys): Problem[] {
  return listModels({ ...anyModels, ...config }).flatMap(({ name: model, recipe, hyperParameters }) => {
    const [recipeKey] = pathOf(model, "recipe");
    if (!Object.hasOwn(config, recipeKey)) return [];
    const [key, ...inside] = pathOf(model, "hyperParameters");
    return findWrongHyperParameters(recipe, hyperParameters).map(({ name, message }) => ({
      key,
      inside: [...inside, name],
      message,
    }));
  });
}

/** Checks what all models need together. */
function checkModels(config: CheckedKeys, models: readonly ConfiguredModel[]): Problem[] {
  return [...checkPrices(config, models), ...checkQuotas(config, models)];
}

/** Requires the prices that the models are charged by: an estimate without them would mislead. */
function checkPrices({ prices, popularityBaseline }: CheckedKeys, models: readonly ConfiguredModel[]): Problem[] {
  if (!prices) return [];
  const charged = models.map(({ recipe }) => recipes[recipe].chargedBy);
  const byHours = charged.includes("hours");
  const byRequests = charged.includes("requests");
  const needs: [key: keyof typeof prices, isNeeded: boolean, why: string][] = [
    ["campaignTpsHour", byHours, "campaigns of v1 recipes are charged by the hour"],
    ["trainingHour", byHours || popularityBaseline === true, "trainings of v1 recipes are charged by the hour"],
    ["hoursPerTraining", byHours || popularityBaseline === true, "trainings of v1 recipes are charged by the hour"],
    ["requestThousand", byRequests, "campaigns of v2 recipes are charged by requests"],
    ["trainingMillionInteractions", byRequests, "trainings of v2 recipes are charged by their interactions"],
    ["millionInteractions", byRequests, "trainings of v2 recipes are charged by their interactions"],
  ];
  return needs.flatMap(([key, isNeeded, why]) =>
    isNeeded && prices[key] === undefined ? [{ key: "prices", inside: [key], message: `is missing: ${why}` }] : [],
  );
}

/** Refuses weights that no model has, and metrics that know weights for models without them. */
function checkWeights(config: CheckedKeys & ModelKeys): Problem[] {
  const { eventWeights, promotionMetric = "" } = config;
  const models = listModels(config);
  const found: Problem[] = [];
  if (eventWeights && !models.some((model) => model.eventWeights === eventWeights)) {
    const weighing = findRecipes(({ weighsEvents }) => weighsEvents).join(", ");
    const message = `cannot be set: neither recommendationRecipe nor rerankingRecipe has event weights. Recipes with them: ${weighing}`;
    found.push({ key: "eventWeights", message });
  }
  const lacking: string[] = [];
  for (const { name, gate, eventWeights: weights } of models) {
    const own = gate.promotionMetric;
    if (weights || !weighedMetrics.includes(own ?? promotionMetric)) continue;
    if (own === undefined) lacking.push(name);
    else {
      const [key, ...inside] = pathOf(name, "promotionMetric");
      found.push({ key, inside, message: `is ${own}, and the model ${name} has no event weights` });
    }
  }
  if (lacking.length > 0) {
    const message = `is ${promotionMetric}, which models without event weights do not have: ${lacking.join(", ")}`;
    found.push({ key: "promotionMetric", message });
  }
  return found;
}

/** Compares what a stack creates in its dataset group with the quotas. */
function checkQuotas({ quotas, filters = {}, popularityBaseline }: CheckedKeys, models: readonly ConfiguredModel[]) {
  if (quotas === undefined) return [];
  const campaigns = models.map(({ name }) => name);
  const solutions = [...campaigns, ...(popularityBaseline ? ["the baseline"] : [])];
  const needs = { campaigns, solutions, filters: [...Object.keys(filters), "that of available items"] };
  return Object.entries(needs).flatMap(([kind, names]): Problem[] => {
    const quota = quotas[kind as keyof typeof quotas];
    if (names.length <= quota) return [];
    const message = `is ${quota}, but ${names.length} ${kind} are needed: ${names.join(", ")}. Ask for a higher quota, then set it here`;
    return [{ key: "quotas", inside: [kind], message }];
  });
}

function checkUsersSchema({ usersFile, usersSchemaFile }: CheckedKeys): Problem[] {
  if (usersSchemaFile === undefined || usersFile !== undefined) return [];
  return [{ key: "usersSchemaFile", message: "describes no file: name it with usersFile" }];
}

/**
 * Visitors differ by the day of the week, so the shortest experiment compares those of two weeks.
 */
const comparedDays = 14;

/** An experiment counts the archive's events: its command says when it is older than they are. */
function checkRetention({ experiment, archiveRetentionDays: days }: CheckedKeys): Problem[] {
  if (!experiment || days === undefined) return [];
  const { settleDays } = completeExperiment(experiment);
  if (days >= comparedDays + settleDays) return [];
  const message =
    `is ${days}, but an experiment counts the archive's events, and needs those of ${comparedDays + settleDays} days or ` +
    `more (two weeks and settleDays, ${settleDays}): otherwise its first visitors would be missing before there is a verdict`;
  return [{ key: "archiveRetentionDays", message }];
}

/** An experiment compares the answers of campaigns. */
function checkSleep({ asleep, experiment }: CheckedKeys): Problem[] {
  if (!asleep || !experiment) return [];
  const message = `cannot be true during the experiment ${experiment.name}: all its visitors would get the list of popular items. End it first: remove recommender:experiment`;
  return [{ key: "asleep", message }];
}
