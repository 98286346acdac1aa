import { expect, test } from "vitest";
import { readValues } from "../../../stacks/config/config.ts";
import { contradictions } from "../../../stacks/config/contradictions.ts";
import { applyRules } from "../../../stacks/config/rules.ts";
import { type Prices, priceCharge } from "../../../stacks/costs/charges.ts";
import { describeCosts, estimateQuantities } from "../../../stacks/costs/estimate.ts";
import { listPrices } from "../../support/list-prices.ts";
import { parseConfig } from "../../support/parse-config.ts";

/** Each month has ten trainings. */
const list = { ...listPrices, trainingsPerMonth: 10 };
const alarms = 25;

/** What each charge costs, those of nothing left out. */
function costsOf(raw: Record<string, unknown>, prices: Prices = list): Record<string, number> {
  const quantities = estimateQuantities(parseConfig({ prices, ...raw }, "prod"), prices, alarms);
  const costs = Object.entries(quantities).map(([charge, quantity]) => [
    charge,
    Math.round(100 * (priceCharge(charge as keyof typeof quantities, quantity, prices) ?? 0)) / 100,
  ]);
  return Object.fromEntries(costs.filter(([, cost]) => cost !== 0));
}

const v2 = { recommendationRecipe: "aws-user-personalization-v2", rerankingRecipe: "aws-personalized-ranking-v2" };
const mixed = { recommendationRecipe: "aws-user-personalization-v2" };
const placements = { trends: { recipe: "aws-trending-now" }, similar: { recipe: "aws-similar-items" } };

test.each<[string, Record<string, unknown>, Record<string, number>]>([
  ["two v1 models", {}, { campaigns: 292, trainings: 9.6 }],
  ["two v2 models", v2, { requests: 788.4, interactions: 20 }],
  ["one of each", mixed, { campaigns: 146, requests: 394.2, trainings: 4.8, interactions: 10 }],
  ["more throughput", { minProvisionedTPS: 3 }, { campaigns: 584, trainings: 9.6 }],
  [
    "v2 models and a baseline",
    { ...v2, popularityBaseline: true },
    { requests: 788.4, trainings: 4.8, interactions: 20 },
  ],
  ["without re-ranking", { rerankingEnabled: false }, { campaigns: 146, trainings: 4.8 }],
  // A model of trends refreshes itself: it has no nightly training.
  ["placements", { placements }, { campaigns: 584, trainings: 14.4 }],
])("%s: campaigns and trainings are charged as their recipes are", (_what, raw, costs) => {
  expect(costsOf(raw)).toEqual(costs);
});

test.each<[string, string, number]>([
  ["each night", "cron(0 3 * * ? *)", 365 / 12],
  ["each Sunday", "cron(0 3 ? * SUN *)", 52 / 12],
  ["on working days", "cron(0 3 ? * 2-6 *)", 261 / 12],
  ["on the first of the month", "cron(0 3 1 * ? *)", 1],
  ["on the last Friday of a month", "cron(0 3 ? * 6L *)", 1],
  ["each hour", "rate(1 hour)", 730],
  ["each minute", "cron(* * * * ? *)", 730 * 60],
  ["not in the next years", "cron(0 3 1 1 ? 2199)", 0],
])("a stack that trains %s has so many trainings", (_when, retrainingSchedule, runs) => {
  const { trainingsPerMonth: _, ...prices } = list;
  const config = parseConfig({ prices, retrainingSchedule, rerankingEnabled: false }, "prod");
  // The next year may have a day more of a kind.
  expect(Math.abs(estimateQuantities(config, prices, alarms).trainings / 2 - runs)).toBeLessThanOrEqual(runs / 40);
});

test("a stack without traffic pays for its stream, the endpoints of its network, its alarms, metrics and key", () => {
  const monthly = { ...list, streamHour: 0.04, endpointHour: 0.01, alarmMonth: 0.1, metricMonth: 0.3, keyMonth: 1 };
  const others = { stream: 29.2, alarms: 2.5, metrics: 3.3, key: 1 };
  expect(costsOf({}, monthly)).toMatchObject(others);
  expect(costsOf({ network: "create" }, monthly)).toMatchObject({ ...others, endpoints: 58.4 });
  expect(costsOf({ rerankingEnabled: false }, monthly).metrics).toBe(1.8);
});

test("asleep, a stack pays for no campaigns and no trainings, and for one metric in place of the models' health", () => {
  const monthly = { ...list, streamHour: 0.04, alarmMonth: 0.1, metricMonth: 0.3, keyMonth: 1 };
  const asleep = { asleep: true, deletionProtection: false, popularityBaseline: true };
  expect(costsOf({ ...mixed, ...asleep }, monthly)).toEqual({ stream: 29.2, alarms: 2.5, metrics: 0.6, key: 1 });
});

test("prices without those that the models are charged by are refused, all at once", () => {
  const none = { currency: "USD" };
  const lacking = (raw: Record<string, unknown>) =>
    applyRules(contradictions, readValues({ prices: none, ...raw }).readable).problems.map(({ inside }) => inside?.[0]);
  const v1Keys = ["campaignTpsHour", "trainingHour", "hoursPerTraining"];
  const v2Keys = ["requestThousand", "trainingMillionInteractions", "millionInteractions"];
  expect(lacking({})).toEqual(v1Keys);
  expect(lacking(v2)).toEqual(v2Keys);
  expect(lacking(mixed)).toEqual([...v1Keys, ...v2Keys]);
  expect(lacking({ ...v2, popularityBaseline: true })).toEqual([...v1Keys.slice(1), ...v2Keys]);
});

test("the estimate is one line, which names what has no price; there is none without prices", () => {
  expect(describeCosts(parseConfig({ prices: { ...list, streamHour: 0.04 }, ...mixed }, "prod"), alarms)).toBe(
    "With your prices this stack costs at most USD 584.20 a month before any traffic (campaigns by the hour 146.00, " +
      "campaigns by requests 394.20, trainings by the hour 4.80, trainings by interactions 10.00, stream 29.20, without " +
      "prices of: alarms, metrics, key).",
  );
  expect(describeCosts(parseConfig({}, "prod"), alarms)).toBeUndefined();
});
