import { analyse, judge, type Totals } from "../../../cli/experiment/analyse.ts";
import type { Count } from "../../../cli/experiment/confidence-sequence.ts";
import type { Experiment } from "../../../contract/index.js";
import { type RandomStream, stream } from "../../../local/account/aws/random.ts";

/** An experiment with generated visitors. */
export interface Scenario {
  readonly variants?: Experiment["variants"];
  /** By variant; those without one have the control's. */
  readonly rates?: Readonly<Record<string, number>>;
  readonly minimumEffect?: number;
  readonly visitors?: number;
  readonly days?: number;
  /** The share of the last variant's visitors that is lost. */
  readonly lost?: number;
}

export const toExperiment = ({ variants = { a: 50, b: 50 }, minimumEffect = 0.05 }: Scenario): Experiment => ({
  ...{ name: "colours", placement: "a", variants, goal: "Application", minimumEffect },
});

/** Draws how many of some visitors do something, each with the same probability: by the gaps between those who do. */
function drawBinomial(random: RandomStream, visitors: number, probability: number): number {
  if (probability > 0.5) return visitors - drawBinomial(random, visitors, 1 - probability);
  if (probability === 0) return 0;
  const rate = Math.log1p(-probability);
  const drawGap = () => 1 + Math.floor(Math.log(1 - random.u()) / rate);
  let count = 0;
  for (let at = drawGap(); at <= visitors; at += drawGap()) count++;
  return count;
}

/** Generates an experiment. Visitors are divided by chance only if `split` says so, because that takes long. */
export function drawTotals(random: RandomStream, scenario: Scenario, split = false): Totals {
  const { rates = {}, visitors = 200_000, days = 20, lost = 0 } = scenario;
  const shares = Object.entries(toExperiment(scenario).variants);
  const totals = Object.fromEntries(shares.map(([name]) => [name, [] as Count[]]));
  for (let day = 0; day < days; day++) {
    let [left, percent] = [visitors / days, 100];
    for (const [name, share] of shares) {
      const all = split ? drawBinomial(random, left, share / percent) : Math.round((left * share) / percent);
      left -= all;
      percent -= share;
      const seen = percent === 0 ? all - drawBinomial(random, all, lost) : all;
      const before = totals[name]?.at(-1) ?? { visitors: 0, goals: 0 };
      const goals = split ? 0 : drawBinomial(random, seen, rates[name] ?? rates.a ?? 0.1);
      totals[name]?.push({ visitors: before.visitors + seen, goals: before.goals + goals });
    }
  }
  return totals;
}

/** Runs an experiment often, with a look each day. Returns shares of the runs. */
export function simulate(label: string, scenario: Scenario, runs: number) {
  const random = stream(label);
  const experiment = toExperiment(scenario);
  const { rates = {} } = scenario;
  const upliftOf = (name: string) => (rates[name] ?? rates.a ?? 0.1) / (rates.a ?? 0.1) - 1;
  /** `wins`: of any variant that is not the best one, `found`: of the best one; `missed`: the true uplift, on any day. */
  const shares = { wins: 0, found: 0, missed: 0 };
  for (let run = 0; run < runs; run++) {
    const days = analyse(experiment, drawTotals(random, scenario));
    const winners = new Set(
      days.map((day) => judge(experiment, day)).flatMap((each) => ("winner" in each ? each.winner : [])),
    );
    if (winners.has("b") && upliftOf("b") > 0) shares.found += 1 / runs;
    if ([...winners].some((name) => name !== "b" || upliftOf("b") <= 0)) shares.wins += 1 / runs;
    const isMissed = days.some(({ variants }) =>
      Object.entries(variants).some(([name, { uplift, interval = { lower: 1, upper: 0 } }]) =>
        uplift === undefined ? false : upliftOf(name) < interval.lower || upliftOf(name) > interval.upper,
      ),
    );
    if (isMissed) shares.missed += 1 / runs;
  }
  return shares;
}

/** Returns in which share of the runs the split is reported. */
export function reportSplits(label: string, scenario: Scenario, runs: number): number {
  const random = stream(label);
  const experiment = toExperiment(scenario);
  let reported = 0;
  for (let run = 0; run < runs; run++) {
    const day = analyse(experiment, drawTotals(random, scenario, true)).at(-1);
    const verdict = day && judge(experiment, day);
    if (verdict?.outcome === "no verdict" && verdict.because === "split") reported++;
  }
  return reported / runs;
}
