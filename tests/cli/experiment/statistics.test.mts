import { expect, test } from "vitest";
import { analyse, judge, type Totals } from "../../../cli/experiment/analyse.ts";
import { findLeast, isOutside, logEvidence } from "../../../cli/experiment/confidence-sequence.ts";
import { logSplitEvidence } from "../../../cli/experiment/sample-ratio.ts";
import { reportSplits, type Scenario, simulate, toExperiment } from "./simulation.mts";

test("the mixture around 0 has the values of the authors' package confseq", () => {
  // test/uniform_boundaries_unittest.cpp, TestTwoSidedNormalMixture: the sum 10 after the variance 100, the mean's deviation
  // is 1 / sqrt(rho).
  const method = { effect: 0, deviation: 1 / Math.sqrt(12.60056), level: 0.05 };
  expect(logEvidence(10 / 100, 1 / 100, method)).toBeCloseTo(-0.6510052, 5);
  expect(findLeast(0.1, (each) => isOutside(each, 1 / 100, method)) * 100).toBeCloseTo(30.35209, 4);
});

test.each([0.2, 1, 5])("without an effect the evidence is 1 on average: a standard error of %f effects", (error) => {
  const method = { effect: 1, deviation: 0.3 };
  const density = (x: number) => Math.exp(-((x / error) ** 2) / 2) / (error * Math.sqrt(2 * Math.PI));
  const step = error / 50;
  let mean = 0;
  for (let x = -40 * error; x <= 40 * error; x += step)
    mean += Math.exp(logEvidence(x, error ** 2, method)) * density(x) * step;
  expect(mean).toBeCloseTo(1, 6);
});

test("the split's evidence has the values of the authors' package ssrm-test", () => {
  // ssrm_test/test_ssrm_test.py, test_sequential_posteriors: log marginal likelihoods of both models after all visitors.
  const shares = [0.4, 0.4, 0.2];
  const after = (...counts: number[]) => logSplitEvidence(counts, shares, [1, 1, 1]);
  expect(after(2, 2, 1)).toBeCloseTo(-6.4457198193855785 + 5.27460083993072, 9);
  expect(after(60, 63, 32)).toBeCloseTo(-19.96484521090386 + 15.781031228536165, 9);
});

test("with a right split, its evidence is 1 on average", () => {
  const [visitors, share] = [40, 0.3];
  let mean = 0;
  let ways = 1;
  for (let k = 0; k <= visitors; k++) {
    const chance = ways * share ** k * (1 - share) ** (visitors - k);
    mean += chance * Math.exp(logSplitEvidence([k, visitors - k], [share, 1 - share]));
    ways *= (visitors - k) / (k + 1);
  }
  expect(mean).toBeCloseTo(1, 9);
});

test("of 1,000 experiments without a difference, at most 5 % have a winner on any of 20 days", () => {
  const { wins, missed } = simulate("no difference", {}, 1_000);
  expect(wins).toBeLessThanOrEqual(0.05);
  expect(missed).toBeLessThanOrEqual(0.05);
});

test("an uplift of 5 % of a rate of 10 % is found with 200,000 visitors in 80 % of 1,000 experiments", () => {
  const { found, wins, missed } = simulate("uplift", { rates: { a: 0.1, b: 0.105 } }, 1_000);
  expect(found).toBeGreaterThanOrEqual(0.8);
  expect(wins).toBeLessThanOrEqual(0.01);
  expect(missed).toBeLessThanOrEqual(0.05);
});

const few = { days: 10, visitors: 50_000 };
const thirds = { a: 34, b: 33, c: 33 };

test.each<[string, Scenario]>([
  ["10 and 90 %", { ...few, variants: { a: 10, b: 90 } }],
  ["90 and 10 %", { ...few, variants: { a: 90, b: 10 } }],
  ["three variants", { ...few, variants: thirds }],
  ["a rate of 0.5 %", { ...few, rates: { a: 0.005 }, minimumEffect: 0.3 }],
  ["few goals in a small share", { ...few, variants: { a: 95, b: 5 }, rates: { a: 0.02 }, minimumEffect: 0.5 }],
  ["a goal that nearly every visitor reaches", { ...few, rates: { a: 0.97 } }],
  ["a look each hour", { days: 240, visitors: 48_000 }],
])("false winners and missed uplifts are as rare with %s", (label, scenario) => {
  const none = simulate(label, scenario, 200);
  expect(none.wins).toBeLessThanOrEqual(0.05);
  expect(none.missed).toBeLessThanOrEqual(0.05);
  const rate = scenario.rates?.a ?? 0.1;
  const better = simulate(label, { ...scenario, rates: { a: rate, b: rate * 1.02 } }, 200);
  expect(better.wins).toBeLessThanOrEqual(0.05);
  expect(better.missed).toBeLessThanOrEqual(0.05);
});

test.each<[string, Scenario]>([
  ["half and half", {}],
  ["10 and 90 %", { variants: { a: 10, b: 90 } }],
  ["three variants", { variants: thirds }],
])("a right split is reported in at most 1 %% of the experiments: %s", (label, scenario) => {
  expect(reportSplits(label, scenario, 200)).toBeLessThanOrEqual(0.01);
});

test("a variant that loses 2 % of its visitors is reported with 200,000 visitors in 80 % of the experiments", () => {
  expect(reportSplits("lost", { lost: 0.02 }, 200)).toBeGreaterThanOrEqual(0.8);
});

/** The verdict on one day, by variant the visitors and those with the goal. */
function judgeDay(counts: Readonly<Record<string, readonly [visitors: number, goals: number]>>, days = [counts]) {
  const percent = 100 / Object.keys(counts).length;
  const variants = Object.fromEntries(Object.keys(counts).map((name) => [name, percent]));
  const totals: Totals = Object.fromEntries(
    Object.keys(counts).map((name) => [
      name,
      days.map((day) => ({ visitors: day[name]?.[0] ?? 0, goals: day[name]?.[1] ?? 0 })),
    ]),
  );
  const experiment = toExperiment({ variants });
  const last = analyse(experiment, totals).at(-1);
  return last && judge(experiment, last);
}

test("the best of several better variants wins", () => {
  expect(judgeDay({ a: [50_000, 5_000], b: [50_000, 6_000], c: [50_000, 6_500] })).toEqual({
    ...{ outcome: "winner", winner: "c" },
  });
});

test("the control wins when every other variant is worse", () => {
  expect(judgeDay({ a: [50_000, 6_000], b: [50_000, 5_000] })).toEqual({ outcome: "winner", winner: "a" });
  expect(judgeDay({ a: [50_000, 6_000], b: [50_000, 5_000], c: [50_000, 6_000] })?.outcome).toBe("go on");
});

test("variants that are worse, or differ by less than what matters, make no difference", () => {
  expect(judgeDay({ a: [500_000, 50_000], b: [500_000, 50_100] })).toEqual({ outcome: "no difference" });
  expect(judgeDay({ a: [500_000, 50_000], b: [500_000, 50_000], c: [500_000, 40_000] })?.outcome).toBe("no difference");
});

test("with fewer than 25 visitors with the goal, or without it, there is no verdict yet", () => {
  expect(judgeDay({ a: [1_000, 24], b: [1_000, 500] })?.outcome).toBe("go on");
  expect(judgeDay({ a: [1_000, 25], b: [1_000, 500] })).toEqual({ outcome: "winner", winner: "b" });
  expect(judgeDay({ a: [1_000, 500], b: [1_000, 976] })?.outcome).toBe("go on");
  expect(judgeDay({ a: [1_000, 0], b: [1_000, 24] })).toEqual({ outcome: "go on" });
  expect(judgeDay({ a: [0, 0], b: [0, 0] })).toEqual({ outcome: "go on" });
});

test.each([5_000, 5_020, 5_100, 5_200, 4_950])(
  "as many more visitors as it says lead to a verdict, and a tenth fewer do not: %d goals",
  (goals) => {
    const first = judgeDay({ a: [50_000, 5_000], b: [50_000, goals] });
    const more = first?.outcome === "go on" ? (first.moreVisitors ?? 0) : 0;
    expect(more).toBeGreaterThan(0);
    const grow = (factor: number) => {
      const growth = 1 + (factor * more) / 100_000;
      return judgeDay({ a: [50_000 * growth, 5_000 * growth], b: [50_000 * growth, goals * growth] })?.outcome;
    };
    expect(grow(1.01)).not.toBe("go on");
    expect(grow(0.9)).toBe("go on");
  },
);

test("intervals of different days that exclude each other are no verdict", () => {
  const late = { a: [100_000, 10_000], b: [100_000, 9_000] } as const;
  expect(judgeDay(late, [{ a: [20_000, 2_000], b: [20_000, 2_500] }, late])).toEqual({
    ...{ outcome: "no verdict", because: "change" },
  });
});
