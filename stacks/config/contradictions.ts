// Rules about several keys of the configuration.
import { checkFilterExpression } from "../../dynamic-providers/checks/filter-expression";
import { recipes } from "../../dynamic-providers/checks/recipes";
import { parts } from "../../names/layout";
import { findWrongExperiment } from "./experiment";
import { weighedMetrics } from "./gate-fields";
import type { Values } from "./keys";
import {
  describePlacements,
  type GivenModel,
  listGivenModels,
  listWeighedModels,
  type ModelKeys,
  modelKeys,
} from "./models";
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
    ...(hasModels(config) ? checkModels(config, listGivenModels(config)) : []),
    ...(hasModels(config) ? checkWeights(config) : []),
    ...checkRetention(config),
    ...checkSleep(config),
    ...checkUsersSchema(config),
    ...(hasModels(config) && filters && experiment
      ? findWrongExperiment(experiment, describePlacements({ ...config, filters }), filters)
      : []),
  ];
}

function checkExploration(config: CheckedKeys): Problem[] {
  const { recommendationRecipe: recipe } = config;
  if (recipe === undefined || recipes[recipe].explores) return [];
  const given = (["explorationWeight", "explorationItemAgeCutOff"] as const).filter((key) => config[key] !== undefined);
  const message = `cannot be set: the recipe ${recipe} chooses its own exploration`;
  return given.map((key) => ({ key, message, correction: { at: [] } }));
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

/** Compares each throughput with the limit, also where other keys of the models are wrong. */
function checkThroughput(config: CheckedKeys): Problem[] {
  const { maximumProvisionedTPS: cap, placements = {}, rerankingEnabled } = config;
  if (cap === undefined) return [];
  const given: [tps: number | undefined, key: string, inside: string[]][] = [
    [config.minProvisionedTPS, "minProvisionedTPS", []],
    [rerankingEnabled === false ? undefined : config.rerankMinProvisionedTPS, "rerankMinProvisionedTPS", []],
    ...Object.entries(placements).map(([name, { minProvisionedTPS }]): [number | undefined, string, string[]] => [
      minProvisionedTPS,
      "placements",
      [name, "minProvisionedTPS"],
    ]),
  ];
  return given.flatMap(([tps, key, inside]) =>
    tps === undefined || tps <= cap
      ? []
      : [{ key, inside, message: `is ${tps}, above maximumProvisionedTPS, which is ${cap}` }],
  );
}

/** Checks what all models need together. */
function checkModels(config: CheckedKeys, models: readonly GivenModel[]): Problem[] {
  return [...checkPrices(config, models), ...checkQuotas(config, models)];
}

/** Requires the prices that the models are charged by: an estimate without them would mislead. */
function checkPrices({ prices, popularityBaseline }: CheckedKeys, models: readonly GivenModel[]): Problem[] {
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
  const { eventWeights, placements, promotionMetric = "" } = config;
  const weighed = listWeighedModels(config);
  const hasWeights = (name: string) => weighed.some((model) => model.name === name);
  const found: Problem[] = [];
  if (eventWeights && !weighed.some(({ weights }) => weights === eventWeights)) {
    const message = "cannot be set: neither recommendationRecipe nor rerankingRecipe has event weights";
    found.push({ key: "eventWeights", message, correction: { at: [] } });
  }
  const lacking: string[] = [];
  for (const { name, isStandard } of listGivenModels(config)) {
    const own = isStandard ? undefined : new Map(Object.entries(placements)).get(name)?.gate?.promotionMetric;
    if (hasWeights(name) || !weighedMetrics.includes(own ?? promotionMetric)) continue;
    if (own === undefined) lacking.push(name);
    else {
      const message = `is ${own}, and the placement has no eventWeights`;
      found.push({ key: "placements", inside: [name, "gate", "promotionMetric"], message });
    }
  }
  if (lacking.length > 0) {
    const message = `is ${promotionMetric}, which models without event weights do not have: ${lacking.join(", ")}`;
    found.push({ key: "promotionMetric", message });
  }
  return found;
}

/** Compares what a stack creates in its dataset group with the quotas. */
function checkQuotas({ quotas, filters = {}, popularityBaseline }: CheckedKeys, models: readonly GivenModel[]) {
  if (quotas === undefined) return [];
  const campaigns = models.map(({ name }) => name);
  const solutions = [...campaigns, ...(popularityBaseline ? ["the baseline"] : [])];
  const needs = { campaigns, solutions, filters: [...Object.keys(filters), "that of available items"] };
  return Object.entries(needs).flatMap(([kind, names]): Problem[] => {
    const quota = quotas[kind as keyof typeof quotas];
    if (names.length <= quota) return [];
    const message = `is ${quota}, but ${names.length} ${kind} are needed: ${names.join(", ")}. Ask for a higher quota, then set it here`;
    return [{ key: "quotas", inside: [kind], message, correction: { at: [kind], value: names.length } }];
  });
}

function checkUsersSchema({ usersFile, usersSchemaFile }: CheckedKeys): Problem[] {
  if (usersSchemaFile === undefined || usersFile !== undefined) return [];
  return [{ key: "usersSchemaFile", message: "describes no file: name it with usersFile", correction: { at: [] } }];
}

/**
 * Visitors differ by the day of the week, so the shortest experiment compares those of two weeks.
 */
const comparedDays = 14;

/** An experiment counts the archive's events: its command says when it is older than they are. */
function checkRetention({ experiment, archiveRetentionDays: days }: CheckedKeys): Problem[] {
  if (!experiment || days === undefined) return [];
  const { settleDays } = experiment;
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
