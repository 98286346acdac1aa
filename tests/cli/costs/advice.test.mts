// What advice promises, against what was billed.
import fc from "fast-check";
import { expect, test } from "vitest";
import { advise } from "../../../cli/costs/advice.ts";
import { type CampaignUse, countTpsHours } from "../../../cli/costs/campaign-hours.ts";
import { type CampaignCosts, toQuantity } from "../../../cli/costs/campaigns.ts";
import type { GivenConfig } from "../../../cli/costs/config.ts";
import type { Facts } from "../../../cli/costs/facts.ts";
import type { TrainingCosts } from "../../../cli/costs/trainings.ts";
import type { StackReader } from "../../../cli/stack/stack.ts";
import { priceCharge } from "../../../stacks/costs/charges.ts";

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.UTC(2026, 0, 1);
const period = { from: new Date(start), to: new Date(start + 30 * day) };
const prices = { currency: "USD", campaignTpsHour: 0.2, requestThousand: 0.15, trainingHour: 0.3 } as const;
const config: GivenConfig = { values: {} as GivenConfig["values"], findProblems: () => [] };
const facts = (more: Partial<Facts>): Facts => ({
  stack: { stack: "prod" } as StackReader,
  period,
  prices,
  config,
  campaigns: [],
  trainings: [],
  schedule: undefined,
  ...more,
});

const toCampaign = (
  model: string,
  use: CampaignUse,
  callers = 1,
  recipe: "aws-user-personalization" | "aws-user-personalization-v2" = "aws-user-personalization",
): CampaignCosts => ({
  model,
  rows: [{ ...toQuantity(recipe, countTpsHours(use)), of: model, notes: [] }],
  facts: { recipe, use, minimum: use.minimums.at(-1)?.minimum ?? 1, callers },
});
const steps = (...all: [days: number, minimum: number][]) =>
  all.map(([days, minimum]) => ({ since: start + days * day, minimum }));
const use = (minimums: CampaignUse["minimums"], requests: CampaignUse["requests"] = new Map()): CampaignUse => ({
  lives: [period],
  requests,
  minimums,
});
const savingsOf = (given: CampaignUse) =>
  advise(facts({ campaigns: [toCampaign("recommendation", given)] })).map(({ saves }) => saves?.toFixed(2));

// A TPS-hour is .20.
test.each<[string, [number, number][], string[]]>([
  [
    "27 days at 1 and 3 at 10 save what three days cost too much",
    [
      [0, 1],
      [27, 10],
    ],
    ["129.60"],
  ],
  [
    "a minimum that was lowered to the best one saves nothing more",
    [
      [0, 10],
      [27, 1],
    ],
    [],
  ],
  [
    "a minimum that was lowered to 2 saves what 1 is less than 2, not what 10 was",
    [
      [0, 10],
      [27, 2],
    ],
    ["144.00"],
  ],
  ["the lowest one saves nothing", [[0, 1]], []],
])("%s", (_what, given, saves) => {
  expect(savingsOf(use(steps(...given)))).toEqual(saves);
});

test("nothing is said of a stack where one model's callers are not known", () => {
  const idle = toCampaign("recommendation", use(steps([0, 1])), 0);
  const textsOf = (campaigns: CampaignCosts[]) => advise(facts({ campaigns })).map(({ text }) => text);
  expect(textsOf([idle]).join()).toContain("no caller has used a campaign of this stack");
  expect(textsOf([idle, { model: "reranking", rows: [] }])).toEqual([]);
});

/** Whole windows of a time with as many requests. */
const requests = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 30 * 288 - 1 }),
      fc.integer({ min: 1, max: 2000 }),
      fc.integer({ min: 0, max: 6_000 }),
    ),
    {
      maxLength: 8,
    },
  )
  .map((bursts) => {
    const found = new Map<number, number>();
    for (const [first, count, each] of bursts) {
      for (let window = first; window < Math.min(first + count, 30 * 288); window++) {
        found.set(start + window * 300_000, each);
      }
    }
    return found;
  });
const someUse = fc
  .record({
    begins: fc.integer({ min: 0, max: 29 * 24 }),
    rest: fc.option(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 })), { nil: undefined }),
    minimums: fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 12 })), {
      minLength: 1,
      maxLength: 4,
    }),
    requests,
  })
  .map(({ begins, rest, minimums, requests: counts }): CampaignUse => {
    const from = start + begins * hour;
    const [before = 0, lasts = 0] = rest ?? [];
    const woke = Math.min(from + (before + lasts) * hour, Number(period.to) - hour);
    const slept = Math.min(from + before * hour, woke);
    const life = (begin: number, end: number) => ({ from: new Date(begin), to: new Date(end) });
    const lives = rest ? [life(from, slept), life(woke, Number(period.to))] : [life(from, Number(period.to))];
    const sorted = minimums.sort(([a], [b]) => a - b);
    return { lives, requests: counts, minimums: steps(...sorted) };
  });

test("no advice on a campaign saves more than was billed, less what the advised one would have cost", () => {
  const recipe = fc.constantFrom("aws-user-personalization" as const, "aws-user-personalization-v2" as const);
  fc.assert(
    fc.property(someUse, recipe, fc.integer({ min: 0, max: 1 }), (given, name, callers) => {
      const campaign = toCampaign("recommendation", given, callers, name);
      const [row] = campaign.rows;
      const billed = (row && priceCharge(row.charge, row.quantity ?? 0, prices)) ?? 0;
      for (const { text, saves = 0 } of advise(facts({ campaigns: [campaign] }))) {
        const minimum = Number(/a minimum of (\d+)/.exec(text)?.[1] ?? 0);
        const { charge, quantity } = toQuantity(name, countTpsHours({ ...given, minimums: steps([0, minimum]) }));
        const left = text.includes("a minimum of") ? (priceCharge(charge, quantity, prices) ?? 0) : 0;
        expect(saves).toBeLessThanOrEqual(billed - left + 1e-6);
      }
    }),
  );
});

const decision = (candidate: string, outcome: string) => ({
  model: "recommendation",
  outcome,
  reason: "",
  candidate,
  decidedAt: period.from.toISOString(),
  startedBy: "schedule" as const,
});

test("a weekly schedule saves no more than the trainings of its row, whatever was decided on others", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("promoted", "kept", "rejected"), { maxLength: 40 }),
      fc.integer({ min: 0, max: 40 }),
      fc.double({ min: 0, max: 90, noNaN: true }),
      (outcomes, trained, quantity) => {
        const decisions = outcomes.slice(0, trained).map((outcome, index) => decision(`v${index}`, outcome));
        const row = { charge: "trainings" as const, of: "recommendation", quantity, notes: [] };
        const trainings: TrainingCosts[] = [{ of: "recommendation", row, trainings: trained, decisions }];
        const schedule = { expression: "cron(0 3 * * ? *)", timeZone: "UTC", isOn: true };
        for (const { saves = 0 } of advise(facts({ trainings, schedule }))) {
          expect(saves).toBeLessThanOrEqual(quantity * 0.3 + 1e-9);
        }
      },
    ),
  );
});
