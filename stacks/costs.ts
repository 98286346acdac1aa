import type { StackConfig } from "./config";

/** AWS's own month in price examples: 730 hours. */
const hoursPerMonth = 730;

/**
 * What a stack costs in a month whatever its traffic, at the prices of its configuration: campaigns are paid for by the
 * hour from their creation to their deletion, trainings by the hour. Undefined without prices.
 */
export function fixedMonthlyCost(config: StackConfig): { campaigns: number; trainings: number } | undefined {
  const { prices, rerankingEnabled } = config;
  if (!prices) return undefined;
  const tps = config.minProvisionedTPS + (rerankingEnabled ? config.rerankMinProvisionedTPS : 0);
  const models = 1 + (rerankingEnabled ? 1 : 0) + (config.popularityBaseline ? 1 : 0);
  return {
    campaigns: tps * hoursPerMonth * prices.campaignTpsHour,
    trainings: models * prices.trainingsPerMonth * prices.hoursPerTraining * prices.trainingHour,
  };
}

/** The estimate in one line, for previews and pull requests. */
export function costLine(config: StackConfig): string | undefined {
  const cost = fixedMonthlyCost(config);
  if (!cost || !config.prices) return undefined;
  const { currency } = config.prices;
  const total = (cost.campaigns + cost.trainings).toFixed(2);
  const parts = `campaigns ${cost.campaigns.toFixed(2)}, trainings ${cost.trainings.toFixed(2)}`;
  return `At your prices this stack costs ${currency} ${total} a month before any traffic (${parts}).`;
}
