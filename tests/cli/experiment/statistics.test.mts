import { expect, test } from "vitest";
import { analyse, judge } from "../../../cli/experiment/analyse.ts";
import { findLeast, isOutside, logEvidence } from "../../../cli/experiment/confidence-sequence.ts";
import { logSplitEvidence } from "../../../cli/experiment/sample-ratio.ts";
import { type Scenario, simulate, toExperiment } from "./simulation.mts";

test("the mixture around 0 has the values of the authors' package confseq", () => {
  // test/uniform_boundaries_unittest.cpp, TestTwoSidedNormalMixture: the sum 10 after the variance 100, for the precision
  // 12.60056 of the mean.
  const method = { effect: 0, deviation: 1 / Math.sqrt(12.60056), level: 0.05 };
  expect(logEvidence(10 / 100, 1 / 100, method)).toBeCloseTo(-0.6510052, 5);
  expect(findLeast(0.1, (each) => isOutside(each, 1 / 100, method)) * 100).toBeCloseTo(30.35209, 4);
});

test.each([0.2, 1, 5])("without an effect the evidence is 1 on average: a standard error of %f effects", (error) => {
  const density = (x: number) => Math.exp(-((x / error) ** 2) / 2) / (error * Math.sqrt(2 * Math.PI));
  const step = error / 50;
  let mean = 0;
  for (let x = -40 * error; x <= 40 * error; x += step)
    mean += Math.exp(logEvidence(x, error ** 2, { effect: 1, deviation: 0.3 })) * density(x) * step;
  expect(mean).toBeCloseTo(1, 6);
});

test("the split's evidence has the values of the authors' package ssrm-test", () => {
  // ssrm_test/test_ssrm_test.py, test_sequential_posteriors: log marginal likelihoods of both models after all visitors.
  const after = (...counts: number[]) => logSplitEvidence(counts, [0.4, 0.4, 0.2], [1, 1, 1]);
  expect(after(2, 2, 1)).toBeCloseTo(-6.4457198193855785 + 5.27460083993072, 9);
  expect(after(60, 63, 32)).toBeCloseTo(-19.96484521090386 + 15.781031228536165, 9);
});

test("of 1,000 experiments without a difference, at most 5 % have a winner on any of 20 days", () => {
  const { falseWinner, missed } = simulate("no difference", {}, 1_000);
  expect(falseWinner).toBeLessThanOrEqual(0.05);
  expect(missed).toBeLessThanOrEqual(0.05);
});

test("an uplift of 5 % of a rate of 10 % is found with 200,000 visitors in 80 % of 1,000 experiments", () => {
  const { found, falseWinner, missed } = simulate("uplift", { uplift: 0.05 }, 1_000);
  expect(found).toBeGreaterThanOrEqual(0.8);
  expect(falseWinner).toBeLessThanOrEqual(0.01);
  expect(missed).toBeLessThanOrEqual(0.05);
});

const few = { days: 10, visitors: 50_000 };
const thirds = { a: 34, b: 33, c: 33 };

test.each<[string, Scenario]>([
  ["10 and 90 %", { ...few, variants: { a: 10, b: 90 } }],
  ["90 and 10 %", { ...few, variants: { a: 90, b: 10 } }],
  ["three variants", { ...few, variants: thirds }],
  ["a rate of 0.5 %", { ...few, rate: 0.005, minimumEffect: 0.3 }],
  ["few goals in a small share", { ...few, variants: { a: 95, b: 5 }, rate: 0.02, minimumEffect: 0.5 }],
  ["a minimum effect of 100 %", { ...few, minimumEffect: 1 }],
  ["a goal that nearly every visitor reaches", { ...few, rate: 0.97 }],
  ["a look each hour", { days: 240, visitors: 48_000 }],
])("false winners and missed uplifts are as rare with %s", (label, scenario) => {
  for (const uplift of [0, 0.02]) {
    const { falseWinner, missed } = simulate(label, { ...scenario, uplift }, 200);
    expect(falseWinner).toBeLessThanOrEqual(0.05);
    expect(missed).toBeLessThanOrEqual(0.05);
  }
});

test.each([{ a: 50, b: 50 }, { a: 10, b: 90 }, thirds])(
  "a right split is called wrong in at most 1 %%: %j",
  (variants) => {
    expect(simulate("split", { variants, lost: 0 }, 200).reported).toBeLessThanOrEqual(0.01);
  },
);

test("a variant that loses 2 % of its visitors is reported with 200,000 visitors in 80 % of the experiments", () => {
  expect(simulate("lost", { lost: 0.02 }, 200).reported).toBeGreaterThanOrEqual(0.8);
});

type Day = Readonly<Record<string, readonly [visitors: number, goals: number]>>;

/** The verdict on the last day. */
function judgeDays(...days: [Day, ...Day[]]) {
  const names = Object.keys(days[0]);
  const experiment = toExperiment({ variants: Object.fromEntries(names.map((name) => [name, 100 / names.length])) });
  const toCount = ([visitors, goals]: readonly [number, number] = [0, 0]) => ({ visitors, goals });
  const totals = Object.fromEntries(names.map((name) => [name, days.map((day) => toCount(day[name]))]));
  const [last = { variants: {}, splitPValue: 1 }] = analyse(experiment, totals).slice(-1);
  return judge(experiment, last);
}

const half = 50_000;

test.each<[object, [Day, ...Day[]]]>([
  [{ outcome: "winner", winner: "c" }, [{ a: [half, 5_000], b: [half, 6_000], c: [half, 6_500] }]],
  [{ outcome: "winner", winner: "a" }, [{ a: [half, 6_000], b: [half, 5_000] }]],
  [{ outcome: "winner", winner: "b" }, [{ a: [1_000, 25], b: [1_000, 500] }]],
  [{ outcome: "no difference" }, [{ a: [500_000, 50_000], b: [500_000, 50_100] }]],
  [{ outcome: "no difference" }, [{ a: [900_000, 90_000], b: [900_000, 90_000], c: [900_000, 80_000] }]],
  // One is worse, the other can be better.
  [{ outcome: "go on" }, [{ a: [half, 6_000], b: [half, 5_000], c: [half, 6_000] }]],
  // Too few with the goal, without it, none.
  [{ outcome: "go on" }, [{ a: [1_000, 24], b: [1_000, 500] }]],
  [{ outcome: "go on" }, [{ a: [1_000, 500], b: [1_000, 976] }]],
  [{ outcome: "go on" }, [{ a: [1_000, 0], b: [1_000, 24] }]],
  // The days exclude each other.
  [
    { outcome: "no verdict" },
    [
      { a: [half, 5_000], b: [half, 6_000] },
      { a: [90_000, 9_000], b: [90_000, 8_200] },
    ],
  ],
])("the verdict is %j on %j", (verdict, days) => {
  expect(judgeDays(...days)).toMatchObject(verdict);
});

test.each([4_950, 5_000, 5_100, 5_200])(
  "as many more visitors as it says decide, a tenth fewer do not: %d goals",
  (goals) => {
    const grow = (factor: number) =>
      judgeDays({ a: [half * factor, 5_000 * factor], b: [half * factor, goals * factor] });
    const first = grow(1);
    const more = (first.outcome === "go on" && first.moreVisitors) || 0;
    expect(grow(1 + (1.01 * more) / (2 * half)).outcome).not.toBe("go on");
    expect(grow(1 + (0.9 * more) / (2 * half)).outcome).toBe("go on");
  },
);
