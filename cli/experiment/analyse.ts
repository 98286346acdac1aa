import type { Experiment } from "../../contract";
import {
  type Count,
  countRarer,
  estimateLogRatio,
  fewestGoals,
  findLeast,
  isOutside,
  type Method,
} from "./confidence-sequence";
import { logSplitEvidence } from "./sample-ratio";

/** Each variant's visitors from the start to the end of each day. */
export type Totals = Readonly<Record<string, readonly Count[]>>;

export interface VariantResult extends Count {
  /** The share by which the rate is above the control's. Absent for the control, and while there are too few goals. */
  readonly uplift?: number;
  /** The intersection of all intervals until then. Absent, although there is an uplift, when they exclude each other. */
  readonly interval?: { readonly lower: number; readonly upper: number };
}

export interface DayResult {
  readonly variants: Readonly<Record<string, VariantResult>>;
  /** The chance that a right split looks as wrong as on any day until then is at most this. */
  readonly splitPValue: number;
}

/** Describes the comparison of an experiment's variants with its control. */
function describeMethod({ variants, minimumEffect }: Experiment): Method {
  // The mixture has effects near the least that matters: in simulations, this width finds those most often.
  const effect = Math.log1p(minimumEffect);
  // Bonferroni: as many comparisons as there are other variants.
  return { effect, deviation: 0.3 * effect, level: 0.05 / (Object.keys(variants).length - 1) };
}

/** Computes what is known at the end of each day. */
export function analyse(experiment: Experiment, totals: Totals): DayResult[] {
  const { [experiment.placement]: control = [], ...others } = totals;
  const compared = Object.entries(others).map(([name, each]) => [name, compare(experiment, control, each)] as const);
  let splitPValue = 1;
  return control.map((base, day) => {
    const found = compared.map(([name, results]) => [name, results[day] ?? base] as const);
    const variants: DayResult["variants"] = { [experiment.placement]: base, ...Object.fromEntries(found) };
    const visitors = Object.values(variants).map((each) => each.visitors);
    const shares = Object.keys(variants).map((name) => (experiment.variants[name] ?? 0) / 100);
    splitPValue = Math.min(splitPValue, Math.exp(-logSplitEvidence(visitors, shares)));
    return { variants, splitPValue };
  });
}

function compare(experiment: Experiment, control: readonly Count[], variant: readonly Count[]): VariantResult[] {
  const method = describeMethod(experiment);
  let [lower, upper] = [-1, Number.POSITIVE_INFINITY];
  return variant.map((count, day) => {
    const base = control[day] ?? count;
    if (countRarer(base, count) < fewestGoals) return count;
    const { estimate, variance } = estimateLogRatio(base, count);
    const distance = findLeast(Math.sqrt(variance), (each) => isOutside(each, variance, method));
    lower = Math.max(lower, Math.expm1(estimate - distance));
    upper = Math.min(upper, Math.expm1(estimate + distance));
    return { ...count, uplift: Math.expm1(estimate), ...(lower <= upper && { interval: { lower, upper } }) };
  });
}

export type Verdict =
  /** Without a number while a variant has no visitor with the goal. */
  | { readonly outcome: "go on"; readonly moreVisitors?: number }
  | { readonly outcome: "winner"; readonly winner: string }
  | { readonly outcome: "no difference" }
  | { readonly outcome: "no verdict"; readonly because: "split" | "change" };

/** Judges the results of a day. */
export function judge(experiment: Experiment, { variants, splitPValue }: DayResult): Verdict {
  const { [experiment.placement]: control = { visitors: 0, goals: 0 }, ...others } = variants;
  const pick = (kind: ReturnType<typeof classify>) =>
    Object.entries(others).filter(([, result]) => classify(experiment, result) === kind);
  if (splitPValue < 0.01) return { outcome: "no verdict", because: "split" };
  if (pick("contradictory").length > 0) return { outcome: "no verdict", because: "change" };
  const [best] = pick("better").sort(([, one], [, other]) => (other.uplift ?? 0) - (one.uplift ?? 0));
  if (best) return { outcome: "winner", winner: best[0] };
  if (pick("worse").length === Object.keys(others).length) return { outcome: "winner", winner: experiment.placement };
  const open = pick("open");
  if (open.length === 0) return { outcome: "no difference" };
  const growth = Math.max(...open.map(([, result]) => estimateGrowth(experiment, control, result)));
  const visitors = Object.values(others).reduce((sum, each) => sum + each.visitors, control.visitors);
  const moreVisitors = Math.ceil(visitors * (growth - 1));
  return { outcome: "go on", ...(Number.isFinite(moreVisitors) && { moreVisitors }) };
}

function classify({ minimumEffect }: Experiment, { uplift, interval }: VariantResult) {
  if (!interval) return uplift === undefined ? "open" : "contradictory";
  if (interval.lower > 0) return "better";
  if (interval.upper < 0) return "worse";
  return interval.lower > -minimumEffect && interval.upper < minimumEffect ? "same" : "open";
}

/** Estimates how many times as many visitors decide a comparison, if the rates stay: the interval leaves out 0, or what matters. */
function estimateGrowth(experiment: Experiment, control: Count, variant: Count): number {
  const rarer = countRarer(control, variant);
  if (rarer === 0) return Number.POSITIVE_INFINITY;
  const method = describeMethod(experiment);
  const { estimate, variance } = estimateLogRatio(control, variant);
  // With a minimum effect of 1 the lower bound is at minus infinity: no variant is so much worse.
  const room = Math.min(method.effect - estimate, estimate - Math.log1p(-experiment.minimumEffect));
  const distance = Math.min(method.effect, Math.max(Math.abs(estimate), room));
  const growth = findLeast(1, (factor) => isOutside(distance, variance / factor, method));
  return Math.max(fewestGoals / rarer, growth);
}
