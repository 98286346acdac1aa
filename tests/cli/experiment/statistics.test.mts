import { expect, test } from "vitest";
import { analyse, type Count, judge } from "../../../cli/experiment/analyse.ts";
import { findLeast, isOutside, logEvidence } from "../../../cli/experiment/confidence-sequence.ts";
import { type Scenario, simulate, toExperiment } from "../../../tools/bench/experiments/simulation.ts";
import { isSecondRing } from "../../support/second-ring.ts";

/** Experiments that are simulated for a scenario. */
const runs = isSecondRing ? 200 : 40;

test("the mixture around 0 has the values of the authors' package confseq", () => {
  // test/uniform_boundaries_unittest.cpp, TestTwoSidedNormalMixture: the sum 10 after the variance
  // 100, for the precision 12.60056 of the mean.
  const method = { effect: 0, deviation: 1 / Math.sqrt(12.60056), level: 0.05 };
  expect(logEvidence(10 / 100, 1 / 100, method)).toBeCloseTo(-0.6510052, 5);
  expect(findLeast(0.1, (each) => isOutside(each, 1 / 100, method)) * 100).toBeCloseTo(30.35209, 4);
});

test.each([0.2, 1, 5])("without an effect the evidence is 1 on average: a standard error of %f effects", (error) => {
  const density = (x: number) => Math.exp(-((x / error) ** 2) / 2) / (error * Math.sqrt(2 * Math.PI));
  const step = error / 50;
  let mean = 0;
  for (let x = -40 * error; x <= 40 * error; x += step) {
    mean += Math.exp(logEvidence(x, error ** 2, { effect: 1, deviation: 0.3 })) * density(x) * step;
  }
  expect(mean).toBeCloseTo(1, 6);
});

const few = { days: 10, visitors: 50_000 };
const thirds = { a: 34, b: 33, c: 33 };

test.each<[string, Scenario]>([
  ["two halves", few],
  ["10 and 90 %", { ...few, variants: { a: 10, b: 90 } }],
  ["90 and 10 %", { ...few, variants: { a: 90, b: 10 } }],
  ["three variants", { ...few, variants: thirds }],
  ["a rate of 0.5 %", { ...few, rate: 0.005, minimumEffect: 0.3 }],
  ["few goals in a small share", { ...few, variants: { a: 95, b: 5 }, rate: 0.02, minimumEffect: 0.5 }],
  ["a minimum effect of 100 %", { ...few, minimumEffect: 1 }],
  ["a goal that nearly every visitor reaches", { ...few, rate: 0.97 }],
  ["a look each hour", { days: 240, visitors: 48_000 }],
])("false winners and missed uplifts are rare with %s", (label, scenario) => {
  for (const uplift of [0, 0.02]) {
    const { falseWinner, missed } = simulate(label, { ...scenario, uplift }, runs);
    expect(falseWinner).toBeLessThanOrEqual(0.05);
    expect(missed).toBeLessThanOrEqual(0.05);
  }
});

test("an uplift of 5 % is found with 10,000 goals in each variant in 75 % of the experiments, whichever other visitors are seen", () => {
  for (const active of [
    [1, 1],
    [0.1, 0.2],
  ] as const) {
    const { found, onlyAhead, falseWinner, missed } = simulate("seen", { uplift: 0.05, active }, 2 * runs);
    expect(found + onlyAhead).toBeGreaterThanOrEqual(0.75);
    expect(falseWinner).toBe(0);
    expect(missed).toBeLessThanOrEqual(0.05);
  }
});

test.each([0.2, 0.15, 0.1])("the verdict on an effect of %f that wears off is that of the day's interval", (uplift) => {
  const { disagreed, falseWinner, missed } = simulate("wears off", { uplift, lasting: 0.3 }, runs);
  expect(disagreed).toBe(0);
  expect(falseWinner).toBe(0);
  expect(missed).toBeLessThanOrEqual(0.05);
});

const goesOn = { days: 60, moreDays: 0, visitors: 600_000 };

test("goals that come later in one variant seldom make a winner, if most come within settleDays", () => {
  const { falseWinner } = simulate("late", { ...goesOn, delays: [1, 2] }, runs);
  expect(falseWinner).toBeLessThanOrEqual(0.12);
});

test("goals that come later than settleDays in one variant make a winner, which a longer one prevents", () => {
  const measure = (settleDays: number) =>
    simulate("very late", { ...goesOn, delays: [2, 5], settleDays }, runs).falseWinner;
  expect(measure(7)).toBeGreaterThan(0.9);
  expect(measure(21)).toBeLessThanOrEqual(0.12);
});

test.each<[string, Scenario]>([
  ["the real shares are 49 and 51 %", { real: { a: 49, b: 51 } }],
  ["the real shares are 51 and 49 %", { real: { a: 51, b: 49 } }],
  ["5 % of the visitors of one variant lose their events", { lost: 0.05 }],
  ["few visitors have other events than the goal", { lost: 0.05, active: [0.1, 0.1] }],
  ["nearly every visitor reaches the goal", { lost: 0.05, rate: 0.9 }],
])("a variant is only ahead and never a winner where %s", (label, scenario) => {
  const { onlyAhead, falseWinner } = simulate(label, scenario, runs);
  expect(onlyAhead).toBeGreaterThan(0.4);
  expect(falseWinner).toBeLessThanOrEqual(0.05);
});

type Day = Readonly<Record<string, number>>;

/** The results of days with these goals, of which the last is judged. */
function analyseDays(days: readonly Day[], variants?: Record<string, number>, visitors?: Day) {
  const names = Object.keys(days[0] ?? {});
  const experiment = toExperiment({
    variants: variants ?? Object.fromEntries(names.map((name) => [name, 100 / names.length])),
  });
  const count = 90_000;
  const toCount = (name: string, goals = 0): Count => ({ visitors: visitors?.[name] ?? count, settled: count, goals });
  const totals = Object.fromEntries(names.map((name) => [name, days.map((day) => toCount(name, day[name]))]));
  const results = analyse(experiment, totals);
  return { results, verdict: judge(experiment, results.at(-1)) };
}

test.each<[object, Day[]]>([
  [{ outcome: "winner", winner: "c" }, [{ a: 5_000, b: 6_000, c: 6_500 }]],
  [{ outcome: "winner", winner: "a" }, [{ a: 6_000, b: 5_000 }]],
  [{ outcome: "winner", winner: "b" }, [{ a: 25, b: 500 }]],
  [{ outcome: "no difference" }, [{ a: 50_000, b: 50_100 }]],
  [{ outcome: "no difference" }, [{ a: 90_000, b: 90_000, c: 80_000 }]],
  // One is worse, the other can be better.
  [{ outcome: "go on" }, [{ a: 6_000, b: 5_000, c: 6_000 }]],
  [{ outcome: "go on" }, [{ a: 24, b: 500 }]],
  [{ outcome: "go on" }, [{ a: 0, b: 24 }]],
  // Only the last day counts.
  [
    { outcome: "winner", winner: "a" },
    [
      { a: 5_000, b: 6_000 },
      { a: 9_000, b: 8_200 },
    ],
  ],
])("the verdict is %j on %j", (verdict, days) => {
  expect(analyseDays(days).verdict).toMatchObject(verdict);
});

test("without a day, and without a visitor, there is no winner", () => {
  const experiment = toExperiment({});
  expect(judge(experiment, undefined)).toEqual({ outcome: "go on" });
  expect(judge(experiment, { variants: {} })).toEqual({ outcome: "go on" });
  expect(analyseDays([{ a: 0, b: 0 }], undefined, { a: 0, b: 0 }).verdict).toEqual({ outcome: "go on" });
});

test("the uplift is that of goals by configured share, and the visitors' difference that of visitors", () => {
  const shares = { a: 90, b: 10 };
  const [one, other] = [7_777, 10_000].map((b) => analyseDays([{ a: 9_000, b: 1_100 }], shares, { a: 70_000, b }));
  const [first, second] = [one, other].map((each) => each?.results[0]?.variants.b);
  expect(first?.uplift).toBeCloseTo(0.1, 9);
  expect(first?.visitorUplift).toBeCloseTo(-0.0001, 4);
  expect(first?.isUneven).toBe(false);
  expect(second).toMatchObject({ uplift: first?.uplift, interval: first?.interval, isUneven: true });
});

test.each<[string, Day, Day, Day, Day]>([
  ["a variant without any", { a: 50, b: 50 }, { a: 8, b: 0 }, { a: 7, b: 0 }, { b: -1 }],
  ["a small share without any", { a: 90, b: 10 }, { a: 51, b: 0 }, { a: 50, b: 0 }, { b: -1 }],
  ["a control without any", { a: 50, b: 50 }, { a: 0, b: 8 }, { a: 0, b: 7 }, {}],
  ["both without any, of three", { a: 34, b: 33, c: 33 }, { a: 0, b: 0, c: 14 }, { a: 0, b: 0, c: 12 }, {}],
])("%s is not by chance where one of 200 experiments has so many others", (_what, shares, lost, possible, uplift) => {
  const read = (visitors: Day) => {
    const goals = Object.fromEntries(Object.keys(shares).map((name) => [name, 0]));
    const [last] = analyseDays([goals], shares, visitors).results;
    return Object.entries(last?.variants ?? {}).filter(([name]) => name !== "a");
  };
  for (const [name, result] of read(lost)) {
    expect([name, result.isUneven, result.visitorUplift]).toEqual([name, true, uplift[name]]);
  }
  for (const [, result] of read(possible)) expect(result.isUneven).toBe(false);
});

test.each<[string, Day, Day, object]>([
  ["the winner", { a: 5_000, b: 6_000 }, { a: 90_000, b: 92_000 }, { outcome: "ahead, look first", ahead: "b" }],
  [
    "the control that wins",
    { a: 6_000, b: 5_000 },
    { a: 90_000, b: 88_000 },
    { outcome: "ahead, look first", ahead: "a" },
  ],
  [
    "a loser",
    { a: 5_000, b: 6_000, c: 4_000 },
    { a: 90_000, b: 90_000, c: 88_000 },
    { outcome: "winner", winner: "b" },
  ],
  ["none", { a: 5_000, b: 6_000 }, { a: 90_000, b: 90_500 }, { outcome: "winner", winner: "b" }],
  ["variants that are the same", { a: 50_000, b: 50_100 }, { a: 90_000, b: 92_000 }, { outcome: "no difference" }],
])("visitors that differ from the shares of %s decide whether to look first", (_, goals, visitors, verdict) => {
  expect(analyseDays([goals], undefined, visitors).verdict).toEqual(verdict);
});
