import type { StackConfig } from "./config";

/** AWS's own month in price examples: 730 hours. */
const hoursPerMonth = 730;

/** Interface endpoints of a network that the stack creates: four services in two zones. */
const endpoints = 4 * 2;

/** What a stack costs in a month whatever its traffic, by what it is paid for. */
interface FixedCost {
  campaigns: number;
  trainings: number;
  stream: number;
  endpoints: number;
}

/**
 * What a stack costs in a month whatever its traffic, at the prices of its configuration: campaigns, the stream and
 * endpoints are paid for by the hour from their creation to their deletion, trainings by the hour. Undefined without
 * prices.
 */
export function fixedMonthlyCost(config: StackConfig): FixedCost | undefined {
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

/** The estimate in one line, for previews and pull requests. */
export function costLine(config: StackConfig): string | undefined {
  const cost = fixedMonthlyCost(config);
  if (!cost || !config.prices) return undefined;
  const { currency } = config.prices;
  const total = Object.values(cost).reduce((sum, part) => sum + part, 0);
  const parts = Object.entries(cost)
    .filter(([, part]) => part > 0)
    .map(([what, part]) => `${what} ${part.toFixed(2)}`);
  return `At your prices this stack costs ${currency} ${total.toFixed(2)} a month before any traffic (${parts.join(", ")}).`;
}
