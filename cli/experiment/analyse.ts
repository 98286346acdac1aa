import type { Experiment } from "../../contract";
import { fewestGoals, findLeast, isOutside, type Method } from "./confidence-sequence";

/**
 * Visitors of a variant with any event, and those of them who reached the goal. Only the goals are
 * compared.
 */
export interface Count {
  readonly visitors: number;
  readonly goals: number;
}

/** Each variant's visitors from the start to the end of each day. */
export type Totals = Readonly<Record<string, readonly Count[]>>;

export interface VariantResult extends Count {
  /**
   * The share by which more of the possible visitors reach the goal. Absent for the control, and
   * with too few goals.
   */
  readonly uplift?: number;
  readonly interval?: { readonly lower: number; readonly upper: number };
  /**
   * The share by which more of the possible visitors have any event. It is shown, and changes no
   * verdict.
   */
  readonly visitorUplift?: number;
}

export interface DayResult {
  readonly variants: Readonly<Record<string, VariantResult>>;
}

const nobody: Count = { visitors: 0, goals: 0 };

/** Describes the comparison of an experiment's variants with its control. */
function describeMethod({ variants, minimumEffect }: Experiment): Method {
  // The mixture has effects near the least that matters: in simulations, this width finds those
  // most often.
  const effect = Math.log1p(minimumEffect);
  // Bonferroni: as many comparisons as there are other variants.
  return { effect, deviation: 0.3 * effect, level: 0.05 / (Object.keys(variants).length - 1) };
}

/** Computes what is known at the end of each day. */
export function analyse(experiment: Experiment, totals: Totals): DayResult[] {
  const { placement, variants } = experiment;
  const names = Object.keys(variants);
  return (totals[placement] ?? []).map((control, day) => {
    const found = names.map((name) => {
      const count = totals[name]?.[day] ?? nobody;
      return [name, name === placement ? count : { ...count, ...compare(experiment, name, control, count) }] as const;
    });
    return { variants: Object.fromEntries(found) };
  });
}

function compare(experiment: Experiment, name: string, base: Count, count: Count): Partial<VariantResult> {
  const { [experiment.placement]: ofControl = 0, [name]: ofVariant = 0 } = experiment.variants;
  const byShare = (count.visitors * ofControl) / (base.visitors * ofVariant);
  const visitors = Number.isFinite(byShare) ? { visitorUplift: byShare - 1 } : {};
  if (Math.min(base.goals, count.goals) < fewestGoals) return visitors;
  const method = describeMethod(experiment);
  const { estimate, variance } = compareGoals(experiment, name, base, count);
  const distance = findLeast(Math.sqrt(variance), (each) => isOutside(each, variance, method));
  const interval = { lower: Math.expm1(estimate - distance), upper: Math.expm1(estimate + distance) };
  return { ...visitors, uplift: Math.expm1(estimate), interval };
}

/**
 * Estimates the logarithm of the ratio of goals by share, with its variance by the delta method:
 * two cells of a multinomial distribution, because each possible visitor is in one variant by
 * chance, with known shares.
 */
function compareGoals({ placement, variants }: Experiment, name: string, base: Count, count: Count) {
  const { [placement]: ofControl = 0, [name]: ofVariant = 0 } = variants;
  const estimate = Math.log((count.goals * ofControl) / (base.goals * ofVariant));
  return { estimate, variance: 1 / base.goals + 1 / count.goals };
}

export type Verdict =
  /** Without a number while a variant has no visitor with the goal. */
  | { readonly outcome: "go on"; readonly moreGoals?: number }
  | { readonly outcome: "winner"; readonly winner: string }
  | { readonly outcome: "no difference" };

/** Judges the results of a day by its intervals only. Without results, no variant has a visitor. */
export function judge(experiment: Experiment, { variants }: DayResult = { variants: {} }): Verdict {
  const { placement } = experiment;
  const results = Object.keys(experiment.variants).map((name): [string, VariantResult] => [
    name,
    variants[name] ?? nobody,
  ]);
  const others = results.filter(([name]) => name !== placement);
  const pick = (kind: ReturnType<typeof classify>) =>
    others.filter(([, result]) => classify(experiment, result) === kind);
  const [best] = pick("better").sort(([, one], [, other]) => (other.uplift ?? 0) - (one.uplift ?? 0));
  if (best) return { outcome: "winner", winner: best[0] };
  if (pick("worse").length === others.length) return { outcome: "winner", winner: placement };
  const open = pick("open");
  if (open.length === 0) return { outcome: "no difference" };
  const control = variants[placement] ?? nobody;
  const growth = Math.max(...open.map(([name, result]) => estimateGrowth(experiment, name, control, result)));
  const goals = results.reduce((sum, [, each]) => sum + each.goals, 0);
  const moreGoals = Math.max(1, Math.ceil(medianPart * goals * (growth - 1)));
  return { outcome: "go on", ...(Number.isFinite(moreGoals) && { moreGoals }) };
}

/**
 * Half of the simulated experiments are decided with this part of the estimated goals
 * (tools/bench/experiments): the uplift that is seen changes from day to day, and one of many looks
 * is enough.
 */
const medianPart = 0.75;

function classify({ minimumEffect }: Experiment, { interval }: VariantResult) {
  if (!interval) return "open";
  if (interval.lower > 0) return "better";
  if (interval.upper < 0) return "worse";
  return interval.lower > -minimumEffect && interval.upper < minimumEffect ? "same" : "open";
}

/**
 * Estimates how many times as many goals decide a comparison if the uplift stays: then the interval
 * leaves out 0, or what matters.
 */
function estimateGrowth(experiment: Experiment, name: string, base: Count, count: Count): number {
  const fewest = Math.min(base.goals, count.goals);
  if (fewest === 0) return Number.POSITIVE_INFINITY;
  const method = describeMethod(experiment);
  const { estimate, variance } = compareGoals(experiment, name, base, count);
  // With a minimum effect of 1 the lower bound is at minus infinity: no variant is so much worse.
  const room = Math.min(method.effect - estimate, estimate - Math.log1p(-experiment.minimumEffect));
  const distance = Math.min(method.effect, Math.max(Math.abs(estimate), room));
  const growth = findLeast(1, (factor) => isOutside(distance, variance / factor, method));
  return Math.max(fewestGoals / fewest, growth);
}
