// Rules about several keys of the configuration.
import { checkFilterExpression, readClauses } from "../../dynamic-providers/checks/filter-expression";
import { findWrongHyperParameters } from "../../dynamic-providers/checks/recipe-options";
import { findRecipes, recipes } from "../../dynamic-providers/checks/recipes";
import { parts } from "../../names/layout";
import { suggest } from "../../names/near-names";
import { startOfNames } from "../../names/physical-names";
import { findWrongExperiment } from "./experiment";
import { completeExperiment } from "./experiment-forms";
import { weighedMetrics } from "./gate-fields";
import type { Values } from "./keys";
import { describePlacements, listModels, type ModelKeys, modelKeys, pathOf } from "./models";
import { findWrongPlacements } from "./placements";
import type { Problem } from "./problems";
import { type Judged, pickRight, type Readable, type Rule, rule } from "./rules";

/** Rules that need no file of the data. */
export const contradictions: readonly Rule[] = [
  rule(["recommendationRecipe"], checkExploration),
  rule(["eachFilter"], ({ eachFilter }) => checkFilters(pickRight(eachFilter))),
  rule(["eachPlacement", "eachFilter"], ({ eachPlacement, eachFilter }) =>
    findWrongPlacements(eachPlacement, eachFilter),
  ),
  rule(["maximumProvisionedTPS", "eachPlacement"], checkThroughput),
  rule(["eachPlacement"], checkHyperParameters),
  rule(["prices", ...modelKeys], checkPrices),
  rule(["quotas", "filters", ...modelKeys], checkQuotas),
  rule(["promotionMetric", ...modelKeys], checkWeights),
  rule(["experiment", "archiveRetentionDays"], checkRetention),
  rule(["asleep", "experiment"], checkSleep),
  rule(["asleep", "deletionProtection", "name"], checkProtection),
  rule(["permissionsBoundaryArn", "name"], checkBoundary),
  rule(["usersFile", "usersSchemaFile"], checkUsersSchema),
  rule(["experiment", "filters", ...modelKeys], checkExperiment),
];

function checkExploration(config: Pick<Values, "recommendationRecipe"> & Readable): Problem[] {
  const { recommendationRecipe: recipe } = config;
  if (recipes[recipe].explores) return [];
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

/** Keys of the models in place of those whose values are wrong. */
const anyModels: ModelKeys = {
  recommendationRecipe: "aws-user-personalization",
  rerankingRecipe: "aws-personalized-ranking",
  rerankingEnabled: true,
  minProvisionedTPS: 1,
  rerankMinProvisionedTPS: 1,
  placements: {},
};

/** Lists the models, also where other keys of them are wrong. */
const listRightModels = ({ eachPlacement, ...config }: Pick<Judged, "eachPlacement"> & Readable) =>
  listModels({ ...anyModels, ...config, placements: pickRight(eachPlacement) });

/** Compares each throughput with the limit. */
function checkThroughput(config: Pick<Judged, "maximumProvisionedTPS" | "eachPlacement"> & Readable): Problem[] {
  const { maximumProvisionedTPS: cap } = config;
  return listRightModels(config).flatMap(({ name, minProvisionedTPS: tps }) => {
    const [key, ...inside] = pathOf(name, "minProvisionedTPS");
    return tps <= cap ? [] : [{ key, inside, message: `is ${tps}, above maximumProvisionedTPS, which is ${cap}` }];
  });
}

/** Compares hyperparameters with what the recipe takes, where the recipe itself is right. */
function checkHyperParameters(config: Pick<Judged, "eachPlacement"> & Readable): Problem[] {
  return listRightModels(config).flatMap(({ name: model, recipe, hyperParameters }) => {
    const [recipeKey] = pathOf(model, "recipe");
    if (recipeKey !== "placements" && !Object.hasOwn(config, recipeKey)) return [];
    const [key, ...inside] = pathOf(model, "hyperParameters");
    return findWrongHyperParameters(recipe, hyperParameters).map(({ name, message, names = [] }) => ({
      key,
      inside: [...inside, name],
      message: message + suggest(name, names),
    }));
  });
}

/** Requires the prices that the models are charged by: an estimate without them would mislead. */
function checkPrices({ prices, ...config }: Pick<Values, "prices"> & ModelKeys & Readable): Problem[] {
  if (!prices) return [];
  const { popularityBaseline } = config;
  const charged = listModels(config).map(({ recipe }) => recipes[recipe].chargedBy);
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
function checkWeights(config: Pick<Values, "promotionMetric"> & ModelKeys): Problem[] {
  const { eventWeights, promotionMetric } = config;
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
function checkQuotas(config: Pick<Values, "quotas" | "filters"> & ModelKeys & Readable): Problem[] {
  const { quotas, filters, popularityBaseline } = config;
  const campaigns = listModels(config).map(({ name }) => name);
  const solutions = [...campaigns, ...(popularityBaseline ? ["the baseline"] : [])];
  const needs = { campaigns, solutions, filters: [...Object.keys(filters), "that of available items"] };
  return Object.entries(needs).flatMap(([kind, names]): Problem[] => {
    const quota = quotas[kind as keyof typeof quotas];
    if (names.length <= quota) return [];
    const message = `is ${quota}, but ${names.length} ${kind} are needed: ${names.join(", ")}. Ask for a higher quota, then set it here`;
    return [{ key: "quotas", inside: [kind], message }];
  });
}

function checkUsersSchema({ usersFile, usersSchemaFile }: Pick<Values, "usersFile" | "usersSchemaFile">): Problem[] {
  if (usersSchemaFile === undefined || usersFile !== undefined) return [];
  return [{ key: "usersSchemaFile", message: "describes no file: name it with usersFile" }];
}

/** Compares an experiment with the placements; filters that the service refuses come first. */
function checkExperiment({ experiment, ...config }: Pick<Values, "experiment" | "filters"> & ModelKeys): Problem[] {
  const { filters } = config;
  if (!experiment || !Object.values(filters).every(readClauses)) return [];
  return findWrongExperiment(completeExperiment(experiment), describePlacements(config), filters);
}

/**
 * Visitors differ by the day of the week, so the shortest experiment compares those of two weeks.
 */
const comparedDays = 14;

/** An experiment counts the archive's events: its command says when it is older than they are. */
function checkRetention(config: Pick<Values, "experiment" | "archiveRetentionDays">): Problem[] {
  const { experiment, archiveRetentionDays: days } = config;
  if (!experiment) return [];
  const { settleDays } = completeExperiment(experiment);
  if (days >= comparedDays + settleDays) return [];
  const message =
    `is ${days}, but an experiment counts the archive's events, and needs those of ${comparedDays + settleDays} days or ` +
    `more (two weeks and settleDays, ${settleDays}): otherwise its first visitors would be missing before there is a verdict`;
  return [{ key: "archiveRetentionDays", message }];
}

/** An experiment compares the answers of campaigns. */
function checkSleep({ asleep, experiment }: Pick<Values, "asleep" | "experiment">): Problem[] {
  if (!asleep || !experiment) return [];
  const message = `cannot be true during the experiment ${experiment.name}: all its visitors would get the list of popular items. End it first: remove recommender:experiment`;
  return [{ key: "asleep", message }];
}

/** Finds out whether a stack is protected, also where its key is not set. */
export const isProtected = ({ deletionProtection }: Partial<Values>, stack: string): boolean =>
  deletionProtection ?? stack !== "dev";

/** Refuses to delete campaigns of a protected stack, whose visitors would get other answers. */
function checkProtection(config: Pick<Judged, "asleep" | "deletionProtection" | "name">): Problem[] {
  if (!config.asleep || !isProtected(config, config.name.stack)) return [];
  const message =
    "cannot be true while deletionProtection is, as by default in each stack but `dev`: it deletes the campaigns. Set " +
    "recommender:deletionProtection to false, or remove this key";
  return [{ key: "asleep", message }];
}

/**
 * Refuses a boundary that the stack's deploy role could rewrite: it may change each policy whose
 * name begins as the stack's do.
 */
function checkBoundary({ permissionsBoundaryArn, name }: Pick<Judged, "permissionsBoundaryArn" | "name">): Problem[] {
  const start = startOfNames(name);
  if (!permissionsBoundaryArn?.includes(`:policy/${start}`)) return [];
  const message = `limits nothing: the deploy role may change policies whose names begin with ${start}. Give the boundary another name`;
  return [{ key: "permissionsBoundaryArn", message }];
}
