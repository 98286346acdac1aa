import { type RecipeName, recipes } from "../dynamic-providers/checks/recipes";
import type { StackConfig } from "./config/config";
import { listGivenModels } from "./config/models";

/** A month in AWS's price examples has 730 hours. */
const hoursPerMonth = 730;

/** Interface endpoints of a network that the stack creates: four services in two zones. */
const endpoints = 4 * 2;

/**
 * Metrics that a stack publishes each hour, also without traffic: the hours that its stream has
 * been silent, and the health of each model (functions/report-model-health.ts). Others are
 * published with events, requests and decisions only, and custom metrics are charged for the hours
 * with values (AWS's price list).
 */
const ownMetrics = { stack: 1, model: 4 };

const countOwnMetrics = (config: StackConfig): number =>
  ownMetrics.stack + ownMetrics.model * listGivenModels(config).length;

/**
 * Estimates a stack's monthly cost without traffic, with the prices of its configuration:
 * campaigns, the stream and endpoints cost by the hour from creation to deletion, trainings by the
 * training hour or, with v2 recipes, by the interactions. `alarms` is their number. Undefined
 * without prices.
 */
export function estimateMonthlyCost(config: StackConfig, alarms: number) {
  const { prices } = config;
  if (!prices) return undefined;
  const models = listGivenModels(config);
  // The retraining trains a model that refreshes itself only when a person asks for it.
  const trained = models.map(({ recipe }) => recipe).filter((recipe) => !recipes[recipe].refreshesItself);
  if (config.popularityBaseline) trained.push("aws-popularity-count");
  return {
    campaigns: sum(models.map(({ minProvisionedTPS }) => minProvisionedTPS)) * hoursPerMonth * prices.campaignTpsHour,
    trainings: prices.trainingsPerMonth * sum(trained.map((recipe) => priceTraining(recipe, prices))),
    stream: hoursPerMonth * prices.streamHour,
    endpoints: config.network === "create" ? endpoints * hoursPerMonth * prices.endpointHour : 0,
    alarms: alarms * prices.alarmMonth,
    metrics: countOwnMetrics(config) * prices.metricMonth,
    key: prices.keyMonth,
  };
}

/** Prices one training. The configuration is refused if the prices of a v2 recipe are missing. */
function priceTraining(recipe: RecipeName, prices: NonNullable<StackConfig["prices"]>): number {
  const { hoursPerTraining, trainingHour, millionInteractions = 0, trainingMillionInteractions = 0 } = prices;
  return recipes[recipe].chargedBy === "interactions"
    ? millionInteractions * trainingMillionInteractions
    : hoursPerTraining * trainingHour;
}

const sum = (parts: readonly number[]): number => parts.reduce((total, part) => total + part, 0);

/** Describes the estimate in one line, for previews and pull requests. */
export function describeCosts(config: StackConfig, alarms: number): string | undefined {
  const cost = estimateMonthlyCost(config, alarms);
  if (!cost || !config.prices) return undefined;
  const { currency } = config.prices;
  const total = sum(Object.values(cost));
  const parts = Object.entries(cost)
    .filter(([, part]) => part > 0)
    .map(([what, part]) => `${what} ${part.toFixed(2)}`);
  return `With your prices this stack costs ${currency} ${total.toFixed(2)} a month before any traffic (${parts.join(", ")}).`;
}
