import { type RecipeName, recipes } from "../../dynamic-providers/checks/recipes";
import type { StackConfig } from "../config/config";
import { listModels } from "../config/models";
import { type Charge, charges, type Prices, priceCharge, type Quantities, thousandRequestsPerTpsHour } from "./charges";
import { countRunsPerMonth, hoursPerMonth } from "./runs-per-month";

/** Interface endpoints of a network that the stack creates: four services in two zones. */
const endpoints = 4 * 2;

/**
 * Metrics that a stack publishes each hour, also without traffic: the hours that its stream has
 * been silent, and the health of each model (functions/report-model-health.ts). Others are
 * published with events, requests and decisions only, and custom metrics are charged for the hours
 * with values (AWS's price list).
 */
const ownMetrics = { stack: 1, model: 5 };

const countOwnMetrics = (config: StackConfig): number =>
  ownMetrics.stack + ownMetrics.model * listModels(config).length;

/**
 * Estimates what a stack is billed for in a month without traffic: campaigns, the stream and
 * endpoints from creation to deletion, and the trainings of each run of the schedule, which are
 * fewer where nothing is new. `alarms` is the number of metrics that they watch.
 */
export function estimateQuantities(config: StackConfig, prices: Prices, alarms: number) {
  const models = listModels(config);
  const tpsHours = (by: "hours" | "requests") =>
    hoursPerMonth *
    sum(models.flatMap(({ recipe, minProvisionedTPS }) => (recipes[recipe].chargedBy === by ? minProvisionedTPS : [])));
  // The retraining trains a model that refreshes itself only when a person asks for it.
  const trained: RecipeName[] = models.map(({ recipe }) => recipe).filter((recipe) => !recipes[recipe].refreshesItself);
  if (config.popularityBaseline) trained.push("aws-popularity-count");
  const runs = prices.trainingsPerMonth ?? countRunsPerMonth(config.retrainingSchedule, config.retrainingTimeZone);
  const trainings = (by: "hours" | "requests") =>
    runs * trained.filter((recipe) => recipes[recipe].chargedBy === by).length;
  return {
    campaigns: tpsHours("hours"),
    requests: tpsHours("requests") * thousandRequestsPerTpsHour,
    trainings: trainings("hours") * (prices.hoursPerTraining ?? 0),
    interactions: trainings("requests") * (prices.millionInteractions ?? 0),
    stream: hoursPerMonth,
    endpoints: config.network === "create" ? endpoints * hoursPerMonth : 0,
    alarms,
    metrics: countOwnMetrics(config),
    key: 1,
  } satisfies Quantities;
}

const sum = (parts: readonly number[]): number => parts.reduce((total, part) => total + part, 0);

/** Describes the estimate in one line, for previews and pull requests; undefined without prices. */
export function describeCosts(config: StackConfig, alarms: number): string | undefined {
  const { prices } = config;
  if (!prices) return undefined;
  const rows = Object.entries(estimateQuantities(config, prices, alarms))
    .filter(([, quantity]) => quantity > 0)
    .map(([charge, quantity]) => ({
      what: charges[charge as Charge].what,
      cost: priceCharge(charge as Charge, quantity, prices),
    }));
  const priced = rows.flatMap(({ what, cost }) => (cost === undefined ? [] : [{ what, cost }]));
  const unpriced = rows.flatMap(({ what, cost }) => (cost === undefined ? [what] : []));
  const total = sum(priced.map(({ cost }) => cost));
  const parts = priced.filter(({ cost }) => cost > 0).map(({ what, cost }) => `${what} ${cost.toFixed(2)}`);
  const without = unpriced.length > 0 ? `, without prices of: ${unpriced.join(", ")}` : "";
  return `With your prices this stack costs at most ${prices.currency} ${total.toFixed(2)} a month before any traffic (${parts.join(", ")}${without}).`;
}
