import { analyse, type Count, judge, type Totals } from "../../../cli/experiment/analyse";
import type { Experiment } from "../../../contract";
import { type RandomStream, stream } from "../../../local/account/aws/random";

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
  /** The mean days from a visit to its goal, in the control and in b. */
  readonly delays?: readonly [number, number];
  readonly settleDays?: number;
  readonly minimumEffect?: number;
  readonly visitors?: number;
  readonly days?: number;
  /** Days with looks after the last visitor. */
  readonly moreDays?: number;
  /** The share of the visitors without the goal who have another event, and that of b. */
  readonly active?: readonly [number, number];
  /** The shares that visitors have in fact. */
  readonly real?: Experiment["variants"];
  /** The share of the visitors of b whose events are all lost. */
  readonly lost?: number;
}

export const toExperiment = ({
  variants = { a: 50, b: 50 },
  minimumEffect = 0.05,
  settleDays = 7,
}: Scenario): Experiment => ({
  name: "colours",
  placement: "a",
  variants,
  goal: "Application",
  minimumEffect,
  settleDays,
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
  const { rate = 0.1, visitors = 200_000, days = 20, active = [1, 1], lost = 0 } = scenario;
  const { variants, settleDays } = toExperiment(scenario);
  const moreDays = scenario.moreDays ?? settleDays;
  const shares = Object.entries(scenario.real ?? variants);
  const createDays = () => Array.from({ length: days + moreDays }, () => ({ visitors: 0, settled: 0, goals: 0 }));
  const counts = shares.map(createDays);
  for (let day = 0; day < days; day++) {
    let left = visitors / days;
    let percent = 100;
    for (const [index, [name, share]] of shares.entries()) {
      const of = name === "b" ? 1 : 0;
      const assigned = drawBinomial(random, left, share / percent);
      left -= assigned;
      percent -= share;
      const possible = assigned - drawBinomial(random, assigned, of * lost);
      const goals = drawBinomial(random, possible, rate * (1 + of * upliftOn(scenario, day)));
      const seen = goals + drawBinomial(random, possible - goals, active[of]);
      const own = counts[index] ?? [];
      const first = own[day];
      // At the end of this day, the last visitor of the first day is settled.
      const settled = own[day + settleDays];
      if (first) first.visitors += seen;
      if (settled) settled.settled += seen;
      const mean = scenario.delays?.[of] ?? 0;
      if (mean === 0 && settled) settled.goals += goals;
      for (let goal = 0; mean > 0 && goal < goals; goal++) {
        const reached = Math.floor(day + random.u() + random.exp(mean));
        const counted = own[Math.max(reached, day + settleDays)];
        if (counted) counted.goals++;
      }
    }
  }
  return Object.fromEntries(shares.map(([name], index) => [name, addUp(counts[index] ?? [])]));
}

/** Adds to each day those before it. */
function addUp(days: readonly Count[]): Count[] {
  let sum: Count = { visitors: 0, settled: 0, goals: 0 };
  return days.map(({ visitors, settled, goals }) => {
    sum = { visitors: sum.visitors + visitors, settled: sum.settled + settled, goals: sum.goals + goals };
    return sum;
  });
}

/** The average uplift of b for the visitors who are settled at the end of a day. */
function averageUplift(scenario: Scenario, day: number): number {
  const { days = 20 } = scenario;
  const count = Math.max(0, Math.min(day + 1 - toExperiment(scenario).settleDays, days));
  const sum = Array.from({ length: count }, (_, each) => upliftOn(scenario, each)).reduce((one, each) => one + each, 0);
  return count === 0 ? 0 : sum / count;
}

/** In which shares of the runs something was seen. */
export interface Shares {
  /** On any day the better variant b won. */
  found: number;
  /** On any day a variant was ahead and its visitors uneven, and on no day one won. */
  onlyAhead: number;
  /** On any day another one than the better won. */
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
  const shares: Shares = { found: 0, onlyAhead: 0, falseWinner: 0, falseAtEnd: 0, missed: 0, disagreed: 0 };
  for (let run = 0; run < runs; run++) {
    const seen = new Set<keyof Shares>();
    const results = analyse(experiment, drawTotals(random, scenario));
    for (const [index, day] of results.entries()) {
      const verdict = judge(experiment, day);
      if (verdict.outcome === "ahead, look first") seen.add("onlyAhead");
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
    if (seen.has("found") || seen.has("falseWinner")) seen.delete("onlyAhead");
    for (const each of seen) shares[each] += 1 / runs;
  }
  return shares;
}

/**
 * Returns the day at whose end half of the experiments have had a verdict; undefined when fewer
 * have one in the scenario's days.
 */
export function findMedianDay(label: string, scenario: Scenario, runs: number): number | undefined {
  const random = stream(label);
  const experiment = toExperiment(scenario);
  const ends = Array.from({ length: runs }, () => {
    const results = analyse(experiment, drawTotals(random, scenario));
    const end = results.findIndex((day) => judge(experiment, day).outcome !== "go on");
    return end < 0 ? Number.POSITIVE_INFINITY : end + 1;
  });
  const middle = ends.sort((one, other) => one - other)[Math.ceil(runs / 2) - 1] ?? Number.POSITIVE_INFINITY;
  return Number.isFinite(middle) ? middle : undefined;
}
