// Rules about several keys of the configuration.

import { limitOf } from "../../components/support/limits";
import type { Experiment } from "../../contract";
import { checkFilterExpression } from "../../dynamic-providers/checks/filter-expression";
import { recipes } from "../../dynamic-providers/checks/recipes";
import { parts } from "../../names/layout";
import { findWrongExperiment } from "./experiment";
import { weighedMetrics } from "./gate-fields";
import { describePlacements, type GivenModel, listGivenModels, listWeighedModels, type ModelKeys } from "./models";
import { findWrongPlacements } from "./placements";
import type { Correction } from "./problems";

/** The keys with such rules. One whose value is wrong by itself is absent. */
type CheckedKeys = Partial<
  ModelKeys & {
    explorationWeight: number | undefined;
    explorationItemAgeCutOff: number | undefined;
    filters: Readonly<Record<string, string>>;
    prices: { trainingMillionInteractions?: number | undefined; millionInteractions?: number | undefined } | undefined;
    maximumProvisionedTPS: number;
    quotas: { campaigns: number; solutions: number; filters: number };
    popularityBaseline: boolean;
    experiment: Experiment | undefined;
    archiveRetentionDays: number;
    promotionMetric: string;
    usersFile: string | undefined;
    usersSchemaFile: string | undefined;
  }
>;

/** A key that contradicts others; `inside` is the path below it. */
interface Contradiction {
  key: keyof CheckedKeys;
  inside?: string[];
  message: string;
  correction?: Correction | undefined;
}

export function findContradictions(config: CheckedKeys): Contradiction[] {
  const { placements, filters, experiment } = config;
  const described = hasModels(config) && filters ? describePlacements({ ...config, filters }) : undefined;
  const wrongPlacements = placements && filters ? findWrongPlacements(placements, filters) : [];
  return [
    ...checkExploration(config),
    ...checkFilters(filters ?? {}),
    ...wrongPlacements.map(({ path, ...problem }) => ({ key: "placements" as const, inside: path, ...problem })),
    ...(hasModels(config) ? checkModels(config, listGivenModels(config)) : []),
    ...(hasModels(config) ? checkWeights(config) : []),
    ...(described ? checkParameter(described) : []),
    ...checkRetention(config),
    ...checkUsersSchema(config),
    ...(described && experiment ? findWrongExperiment(experiment, described, filters ?? {}) : []),
  ];
}

function checkExploration(config: CheckedKeys): Contradiction[] {
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
function checkFilters(filters: Readonly<Record<string, string>>): Contradiction[] {
  const reserved =
    "is the name of the program's own filter, which always leaves out unavailable items; choose another name";
  return Object.entries(filters).flatMap(([name, expression]) =>
    [...(name === parts.availabilityFilter ? [reserved] : []), ...checkFilterExpression(expression)].map((message) => ({
      key: "filters" as const,
      inside: [name],
      message,
    })),
  );
}

const modelKeys = [
  "recommendationRecipe",
  "rerankingRecipe",
  "rerankingEnabled",
  "minProvisionedTPS",
  "rerankMinProvisionedTPS",
  "placements",
] as const satisfies readonly (keyof ModelKeys)[];

const hasModels = (config: CheckedKeys): config is CheckedKeys & ModelKeys =>
  modelKeys.every((key) => config[key] !== undefined);

/** Checks what all models need together. */
function checkModels(config: CheckedKeys, models: readonly GivenModel[]): Contradiction[] {
  const { prices, maximumProvisionedTPS: cap } = config;
  const found: Contradiction[] = [];
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
function checkWeights(config: CheckedKeys & ModelKeys): Contradiction[] {
  const { eventWeights, placements, promotionMetric = "" } = config;
  const weighed = listWeighedModels(config);
  const hasWeights = (name: string) => weighed.some((model) => model.name === name);
  const found: Contradiction[] = [];
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
  return Object.entries(needs).flatMap(([kind, names]): Contradiction[] => {
    const quota = quotas[kind as keyof typeof quotas];
    if (names.length <= quota) return [];
    const message = `is ${quota}, but ${names.length} ${kind} are needed: ${names.join(", ")}. Ask for a higher quota, then set it here`;
    return [{ key: "quotas", inside: [kind], message, correction: { at: [kind], value: names.length } }];
  });
}

function checkUsersSchema({ usersFile, usersSchemaFile }: CheckedKeys): Contradiction[] {
  if (usersSchemaFile === undefined || usersFile !== undefined) return [];
  return [{ key: "usersSchemaFile", message: "describes no file: name it with usersFile", correction: { at: [] } }];
}

/** Visitors differ by the day of the week, so the shortest experiment has two weeks. */
const shortestExperiment = 14;

/** An experiment counts the archive's events: its command says when it is older than they are. */
function checkRetention({ experiment, archiveRetentionDays: days }: CheckedKeys): Contradiction[] {
  if (!experiment || days === undefined || days >= shortestExperiment) return [];
  const message =
    `is ${days}, but an experiment counts the archive's events, and needs those of ${shortestExperiment} days or more: ` +
    "otherwise its first visitors would be missing before there is a verdict";
  return [{ key: "archiveRetentionDays", message }];
}

function checkParameter(placements: object): Contradiction[] {
  const longestValue = limitOf("aws:ssm/parameter:Parameter", "value");
  const bytes = Buffer.byteLength(JSON.stringify(placements));
  if (bytes <= longestValue) return [];
  const message = `need ${bytes} bytes in their SSM parameter, which has ${longestValue}. Use fewer placements or columns, or shorter names`;
  return [{ key: "placements", message }];
}
