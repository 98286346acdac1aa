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
    ...(hasModels(config) ? checkModels(config, listGivenModels(config)) : []),
    ...(hasModels(config) ? checkWeights(config) : []),
    ...checkRetention(config),
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

/** Checks what all models need together. */
function checkModels(config: CheckedKeys, models: readonly GivenModel[]): Problem[] {
  const { prices, maximumProvisionedTPS: cap } = config;
  const found: Problem[] = [];
  if (prices && models.some(({ recipe }) => recipes[recipe].chargedBy === "interactions")) {
    const message = "is missing: v2 recipes are charged by the interactions of a training";
    for (const key of ["trainingMillionInteractions", "millionInteractions"] as const) {
      if (prices[key] === undefined) found.push({ key: "prices", inside: [key], message });
    }
  }
  for (const { minProvisionedTPS: tps, throughputKey } of models) {
    if (cap === undefined || tps <= cap) continue;
    const [key, ...inside] = throughputKey;
    found.push({ key, inside, message: `is ${tps}, above maximumProvisionedTPS, which is ${cap}` });
  }
  return [...found, ...checkQuotas(config, models)];
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
