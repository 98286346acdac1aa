import { analyse, judge, type Totals } from "../../../cli/experiment/analyse.ts";
import type { Count } from "../../../cli/experiment/confidence-sequence.ts";
import type { Experiment } from "../../../contract/index.js";
import { type RandomStream, stream } from "../../../local/account/aws/random.ts";

/** An experiment with generated visitors: 200,000 in 20 days, of whom 10 % reach the goal. */
export interface Scenario {
  readonly variants?: Experiment["variants"];
  /** The control's rate. */
  readonly rate?: number;
  /** By what share the rate of the variant b is above it. */
  readonly uplift?: number;
  readonly minimumEffect?: number;
  readonly visitors?: number;
  readonly days?: number;
  /** Visitors are divided by chance, without goals, and the last variant loses this share of them. */
  readonly lost?: number;
}

export const toExperiment = ({ variants = { a: 50, b: 50 }, minimumEffect = 0.05 }: Scenario): Experiment => ({
  ...{ name: "colours", placement: "a", variants, goal: "Application", minimumEffect },
});

/** Draws how many of some visitors do something, each with the same probability: by the gaps between those who do. */
function drawBinomial(random: RandomStream, visitors: number, probability: number): number {
  if (probability > 0.5) return visitors - drawBinomial(random, visitors, 1 - probability);
  if (probability === 0) return 0;
  let count = 0;
  for (let at = random.geom(probability); at <= visitors; at += random.geom(probability)) count++;
  return count;
}

export function drawTotals(random: RandomStream, scenario: Scenario): Totals {
  const { rate = 0.1, uplift = 0, visitors = 200_000, days = 20, lost } = scenario;
  const shares = Object.entries(toExperiment(scenario).variants);
  const totals = Object.fromEntries(shares.map(([name]) => [name, [] as Count[]]));
  for (let day = 0; day < days; day++) {
    let [left, percent] = [visitors / days, 100];
    for (const [name, share] of shares) {
      const all = lost === undefined ? (left * share) / percent : drawBinomial(random, left, share / percent);
      left -= all;
      percent -= share;
      const seen = percent === 0 && lost ? drawBinomial(random, all, 1 - lost) : Math.round(all);
      const goals = lost === undefined ? drawBinomial(random, seen, rate * (name === "b" ? 1 + uplift : 1)) : 0;
      const before = totals[name]?.at(-1) ?? { visitors: 0, goals: 0 };
      totals[name]?.push({ visitors: before.visitors + seen, goals: before.goals + goals });
    }
  }
  return totals;
}

/** Runs an experiment often, with a look each day. Returns in which shares of the runs something was seen on any day. */
export function simulate(label: string, scenario: Scenario, runs: number) {
  const random = stream(label);
  const experiment = toExperiment(scenario);
  const { uplift: planted = 0 } = scenario;
  /** The better variant won; another one won; an interval left out the true uplift; the split was called wrong. */
  const shares = { found: 0, falseWinner: 0, missed: 0, reported: 0 };
  for (let run = 0; run < runs; run++) {
    const seen = new Set<keyof typeof shares>();
    for (const day of analyse(experiment, drawTotals(random, scenario))) {
      const verdict = judge(experiment, day);
      if (verdict.outcome === "winner") seen.add(verdict.winner === "b" && planted > 0 ? "found" : "falseWinner");
      if (verdict.outcome === "no verdict" && verdict.because === "split") seen.add("reported");
      for (const [name, { uplift, interval = { lower: 1, upper: 0 } }] of Object.entries(day.variants)) {
        const truth = name === "b" ? planted : 0;
        if (uplift !== undefined && (interval.lower > truth || interval.upper < truth)) seen.add("missed");
      }
    }
    for (const each of seen) shares[each] += 1 / runs;
  }
  return shares;
}
