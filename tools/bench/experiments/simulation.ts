import { analyse, type Count, judge, type Totals } from "../../../cli/experiment/analyse";
import type { Experiment } from "../../../contract";
import { type RandomStream, stream } from "../../../local/account/aws/random";
import { median } from "../processor-time";

/**
 * An experiment with generated visitors: 200,000 who come in 20 days, of whom 10 % reach the goal.
 */
export interface Scenario {
  readonly variants?: Experiment["variants"];
  /** The control's rate. */
  readonly rate?: number;
  /** By what share the rate of the variant b is above it. */
  readonly uplift?: number;
  /** The share of the days from the start in which b has this uplift; later it has none. */
  readonly lasting?: number;
  /** How many days later than their visits the goals of b come. */
  readonly delay?: number;
  readonly minimumEffect?: number;
  readonly visitors?: number;
  readonly days?: number;
  /** Days with looks after the last visitor. */
  readonly moreDays?: number;
  /** The share of the visitors without the goal who have another event, and that of b. */
  readonly active?: readonly [number, number];
}

export const toExperiment = ({ variants = { a: 50, b: 50 }, minimumEffect = 0.05 }: Scenario): Experiment => ({
  name: "colours",
  placement: "a",
  variants,
  goal: "Application",
  minimumEffect,
});

/**
 * Draws how many of some visitors do something, each with the same probability: by the gaps between
 * those who do.
 */
function drawBinomial(random: RandomStream, visitors: number, probability: number): number {
  if (probability > 0.5) return visitors - drawBinomial(random, visitors, 1 - probability);
  if (probability === 0) return 0;
  let count = 0;
  for (let at = random.geom(probability); at <= visitors; at += random.geom(probability)) count++;
  return count;
}

const upliftOn = ({ uplift = 0, lasting = 1, days = 20 }: Scenario, day: number): number =>
  day < lasting * days ? uplift : 0;

/**
 * Draws what happens on each day: each visitor gets a variant by chance, and reaches the goal by
 * chance.
 */
export function drawTotals(random: RandomStream, scenario: Scenario): Totals {
  const { rate = 0.1, visitors = 200_000, days = 20, moreDays = 0, delay = 0, active = [1, 1] } = scenario;
  const shares = Object.entries(toExperiment(scenario).variants);
  const createDays = () => Array.from({ length: days + moreDays }, () => ({ visitors: 0, goals: 0 }));
  const counts = shares.map(createDays);
  for (let day = 0; day < days; day++) {
    let left = visitors / days;
    let percent = 100;
    for (const [index, [name, share]] of shares.entries()) {
      const isB = name === "b";
      const possible = drawBinomial(random, left, share / percent);
      left -= possible;
      percent -= share;
      const goals = drawBinomial(random, possible, rate * (isB ? 1 + upliftOn(scenario, day) : 1));
      const others = drawBinomial(random, possible - goals, active[isB ? 1 : 0]);
      const seen = counts[index]?.[day];
      const reached = counts[index]?.[day + (isB ? delay : 0)];
      if (seen) seen.visitors += others + goals;
      if (reached) reached.goals += goals;
    }
  }
  return Object.fromEntries(shares.map(([name], index) => [name, addUp(counts[index] ?? [])]));
}

/** Adds to each day those before it. */
function addUp(days: readonly Count[]): Count[] {
  let sum: Count = { visitors: 0, goals: 0 };
  return days.map(({ visitors, goals }) => {
    sum = { visitors: sum.visitors + visitors, goals: sum.goals + goals };
    return sum;
  });
}

/** The average uplift of b from the start to a day. */
function averageUplift(scenario: Scenario, day: number): number {
  const { days = 20 } = scenario;
  const count = Math.min(day + 1, days);
  return (
    Array.from({ length: count }, (_, each) => upliftOn(scenario, each)).reduce((sum, each) => sum + each, 0) / count
  );
}

/** In which shares of the runs something was seen. */
export interface Shares {
  /** On any day the better variant b won. */
  found: number;
  /** On any day another one won. */
  falseWinner: number;
  /** On the last day another one won. */
  falseAtEnd: number;
  /** On any day an interval left out the true average uplift since the start. */
  missed: number;
  /** On any day the verdict was not that of the day's interval. */
  disagreed: number;
}

/** Runs an experiment often, with a look each day. */
export function simulate(label: string, scenario: Scenario, runs: number): Shares {
  const random = stream(label);
  const experiment = toExperiment(scenario);
  const shares: Shares = { found: 0, falseWinner: 0, falseAtEnd: 0, missed: 0, disagreed: 0 };
  for (let run = 0; run < runs; run++) {
    const seen = new Set<keyof Shares>();
    const results = analyse(experiment, drawTotals(random, scenario));
    for (const [index, day] of results.entries()) {
      const verdict = judge(experiment, day);
      const winner = verdict.outcome === "winner" ? verdict.winner : undefined;
      const isRight = winner === "b" && averageUplift(scenario, index) > 0;
      if (winner !== undefined) seen.add(isRight ? "found" : "falseWinner");
      if (winner !== undefined && !isRight && index === results.length - 1) seen.add("falseAtEnd");
      for (const [name, { interval }] of Object.entries(day.variants)) {
        if (!interval) continue;
        const truth = name === "b" ? averageUplift(scenario, index) : 0;
        if (interval.lower > truth || interval.upper < truth) seen.add("missed");
        if (winner === name && interval.lower <= 0) seen.add("disagreed");
        if (winner === experiment.placement && interval.upper >= 0) seen.add("disagreed");
      }
    }
    for (const each of seen) shares[each] += 1 / runs;
  }
  return shares;
}

/**
 * Measures the estimate of the goals that are still needed: how many times as many were needed, at
 * the end of the second day of an experiment with 2,000 visitors a day and a rate of 40 %. Returns
 * the median.
 */
export function measureEstimate(label: string, uplift: number, runs: number): number {
  const scenario = { uplift, rate: 0.4, visitors: 200_000, days: 100 };
  const random = stream(`${label} ${uplift}`);
  const experiment = toExperiment(scenario);
  const countGoals = (totals: Totals, day: number) =>
    Object.values(totals).reduce((sum, each) => sum + (each[day]?.goals ?? 0), 0);
  const ratios = Array.from({ length: runs }, () => {
    const totals = drawTotals(random, scenario);
    const verdicts = analyse(experiment, totals).map((day) => judge(experiment, day));
    const end = verdicts.findIndex(({ outcome }) => outcome !== "go on");
    const [, second] = verdicts;
    if (second?.outcome !== "go on" || !second.moreGoals) return 0;
    const needed = end < 0 ? Number.POSITIVE_INFINITY : countGoals(totals, end) - countGoals(totals, 1);
    return needed / second.moreGoals;
  });
  return median(ratios);
}
