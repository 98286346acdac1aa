import { expect, test } from "vitest";
import { describeCosts, estimateMonthlyCost } from "../../stacks/costs.ts";
import { parseConfig } from "../support/parse-config.ts";

const prices = { currency: "EUR", campaignTpsHour: 0.5, trainingHour: 2, hoursPerTraining: 3, trainingsPerMonth: 10 };
const alarms = 25;
const configured = (raw: Record<string, unknown>) => parseConfig({ prices, ...raw }, "prod");

test("a stack costs its campaigns' provisioned throughput and its models' trainings", () => {
  expect(estimateMonthlyCost(configured({}), alarms)).toMatchObject({
    campaigns: 2 * 730 * 0.5,
    trainings: 2 * 10 * 3 * 2,
  });
  expect(estimateMonthlyCost(configured({ minProvisionedTPS: "3" }), alarms)?.campaigns).toBe(4 * 730 * 0.5);
});

test("a training of a v2 recipe costs by its interactions, one of a v1 recipe by its hours", () => {
  const perInteraction = { ...prices, trainingMillionInteractions: 4, millionInteractions: 0.5 };
  const recipes = { recommendationRecipe: "aws-user-personalization-v2" };
  expect(estimateMonthlyCost(configured({ prices: perInteraction, ...recipes }), alarms)?.trainings).toBe(10 * (2 + 6));
});

test("a stack without traffic pays for its stream and for the endpoints of a network that it creates", () => {
  const hourly = { ...prices, streamHour: 0.04, endpointHour: 0.01 };
  expect(estimateMonthlyCost(configured({ prices: hourly }), alarms)).toMatchObject({
    stream: 730 * 0.04,
    endpoints: 0,
  });
  expect(estimateMonthlyCost(configured({ prices: hourly, network: "create" }), alarms)?.endpoints).toBeCloseTo(
    8 * 730 * 0.01,
  );
});

test("a model that refreshes itself costs no nightly training", () => {
  const placements = { trends: { recipe: "aws-trending-now" }, similar: { recipe: "aws-similar-items" } };
  expect(estimateMonthlyCost(configured({ placements }), alarms)?.trainings).toBe(3 * 10 * 3 * 2);
});

test("a stack without traffic pays for its key, its alarms and the metrics of its models and its stream", () => {
  const monthly = { ...prices, alarmMonth: 0.1, metricMonth: 0.3, keyMonth: 1 };
  expect(estimateMonthlyCost(configured({ prices: monthly }), alarms)).toMatchObject({
    alarms: 2.5,
    metrics: 9 * 0.3,
    key: 1,
  });
  const without = estimateMonthlyCost(configured({ prices: monthly, rerankingEnabled: false }), alarms);
  expect(without?.metrics).toBeCloseTo(5 * 0.3, 9);
});

test("the estimate is one line in the prices' currency, and there is none without prices", () => {
  expect(describeCosts(configured({}), alarms)).toBe(
    "With your prices this stack costs EUR 850.00 a month before any traffic (campaigns 730.00, trainings 120.00).",
  );
  expect(describeCosts(parseConfig({}, "prod"), alarms)).toBeUndefined();
});
