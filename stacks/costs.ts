import type { StackConfig } from "./config";

/** A month in AWS's price examples has 730 hours. */
const hoursPerMonth = 730;

/** Interface endpoints of a network that the stack creates: four services in two zones. */
const endpoints = 4 * 2;

/** A stack's monthly cost without traffic, by item. */
interface FixedCost {
  campaigns: number;
  trainings: number;
  stream: number;
  endpoints: number;
}

/**
 * Estimates a stack's monthly cost without traffic, with the prices of its configuration: campaigns, the stream and
 * endpoints cost by the hour from creation to deletion, trainings by the training hour. Undefined without prices.
 */
export function estimateMonthlyCost(config: StackConfig): FixedCost | undefined {
  const { prices, rerankingEnabled } = config;
  if (!prices) return undefined;
  const tps = config.minProvisionedTPS + (rerankingEnabled ? config.rerankMinProvisionedTPS : 0);
  const models = 1 + (rerankingEnabled ? 1 : 0) + (config.popularityBaseline ? 1 : 0);
  return {
    campaigns: tps * hoursPerMonth * prices.campaignTpsHour,
    trainings: models * prices.trainingsPerMonth * prices.hoursPerTraining * prices.trainingHour,
    stream: hoursPerMonth * prices.streamHour,
    endpoints: config.network === "create" ? endpoints * hoursPerMonth * prices.endpointHour : 0,
  };
}

/** Describes the estimate in one line, for previews and pull requests. */
export function describeCosts(config: StackConfig): string | undefined {
  const cost = estimateMonthlyCost(config);
  if (!cost || !config.prices) return undefined;
  const { currency } = config.prices;
  const total = Object.values(cost).reduce((sum, part) => sum + part, 0);
  const parts = Object.entries(cost)
    .filter(([, part]) => part > 0)
    .map(([what, part]) => `${what} ${part.toFixed(2)}`);
  return `With your prices this stack costs ${currency} ${total.toFixed(2)} a month before any traffic (${parts.join(", ")}).`;
}
