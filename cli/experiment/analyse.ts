import type { Experiment } from "../../contract";
import { fewestGoals, findLeast, isOutside, type Method } from "./confidence-sequence";

/** Counts of a variant. Only the goals are compared. */
export interface Count {
  /** With any event. */
  readonly visitors: number;
  /** The visitors whose first event is `settleDays` old. */
  readonly settled: number;
  /** The settled visitors who reached the goal. */
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
  /** The share by which more of the possible visitors have any event. */
  readonly visitorUplift?: number;
  /** True: chance does not explain this difference. */
  readonly isUneven?: boolean;
}

export interface DayResult {
  readonly variants: Readonly<Record<string, VariantResult>>;
}

const nobody: Count = { visitors: 0, settled: 0, goals: 0 };

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
    const counts = names.map((name) => [name, totals[name]?.[day] ?? nobody] as const);
    const all = counts.reduce((sum, [, { visitors }]) => sum + visitors, 0);
    const found = counts.map(([name, count]) => {
      if (name === placement) return [name, count] as const;
      return [name, { ...count, ...compare(experiment, name, { base: control, count, all }) }] as const;
    });
    return { variants: Object.fromEntries(found) };
  });
}

/** A variant's count, and the control's. */
interface Compared {
  readonly base: Count;
  readonly count: Count;
  /** The visitors of all variants. */
  readonly all: number;
}

function compare(experiment: Experiment, name: string, compared: Compared): Partial<VariantResult> {
  const { base, count } = compared;
  const visitors = compareVisitors(experiment, name, compared);
  if (Math.min(base.goals, count.goals) < fewestGoals) return visitors;
  const method = describeMethod(experiment);
  const { estimate, variance } = compareCounts(experiment, name, base.goals, count.goals);
  const distance = findLeast(Math.sqrt(variance), (each) => isOutside(each, variance, method));
  const interval = { lower: Math.expm1(estimate - distance), upper: Math.expm1(estimate + distance) };
  return { ...visitors, uplift: Math.expm1(estimate), interval };
}

/**
 * Compares visitors with any event, those who are not settled too: a loss of events is seen first
 * in them.
 */
function compareVisitors(experiment: Experiment, name: string, compared: Compared): Partial<VariantResult> {
  const { base, count } = compared;
  if (Math.min(base.visitors, count.visitors) === 0) return compareWithNobody(experiment, name, compared);
  const { estimate, variance } = compareCounts(experiment, name, base.visitors, count.visitors);
  return { visitorUplift: Math.expm1(estimate), isUneven: Math.abs(estimate) > unevenErrors * Math.sqrt(variance) };
}

/**
 * A look shows as much by chance once in a hundred: so many standard errors (normal distribution).
 */
const unevenErrors = 2.576;
const unevenChance = 0.01;

/**
 * Compares visitors where one of the two has none. A ratio with nobody has no logarithm, but a
 * chance: that each visitor of the experiment is one of the other variants'.
 */
function compareWithNobody({ placement, variants }: Experiment, name: string, compared: Compared) {
  const { base, count, all } = compared;
  const isByChance = (variant: string, visitors: number) =>
    visitors > 0 || (1 - (variants[variant] ?? 0) / 100) ** all >= unevenChance / 2;
  const isUneven = !isByChance(placement, base.visitors) || !isByChance(name, count.visitors);
  return { isUneven, ...(base.visitors > 0 && { visitorUplift: -1 }) };
}

/**
 * Estimates the logarithm of the ratio of two counts by share, with its variance by the delta
 * method: two cells of a multinomial distribution, because each possible visitor is in one variant
 * by chance, with known shares.
 */
function compareCounts({ placement, variants }: Experiment, name: string, base: number, count: number) {
  const { [placement]: ofControl = 0, [name]: ofVariant = 0 } = variants;
  return { estimate: Math.log((count * ofControl) / (base * ofVariant)), variance: 1 / base + 1 / count };
}

export type Verdict =
  | { readonly outcome: "go on" }
  | { readonly outcome: "winner"; readonly winner: string }
  /** It would have won, if its visitors had its share. */
  | { readonly outcome: "ahead, look first"; readonly ahead: string }
  | { readonly outcome: "no difference" };

/** Judges the results of a day by its intervals. Without results, no variant has a visitor. */
export function judge(experiment: Experiment, { variants }: DayResult = { variants: {} }): Verdict {
  const { placement } = experiment;
  const others = Object.keys(experiment.variants)
    .filter((name) => name !== placement)
    .map((name): [string, VariantResult] => [name, variants[name] ?? nobody]);
  const pick = (kind: ReturnType<typeof classify>) =>
    others.filter(([, result]) => classify(experiment, result) === kind);
  const [best] = pick("better").sort(([, one], [, other]) => (other.uplift ?? 0) - (one.uplift ?? 0));
  if (best) return nameWinner(best[0], [best]);
  if (pick("worse").length === others.length) return nameWinner(placement, others);
  return { outcome: pick("open").length === 0 ? "no difference" : "go on" };
}

/** Names a variant the winner where each comparison by which it won is of even visitors. */
const nameWinner = (winner: string, compared: readonly (readonly [string, VariantResult])[]): Verdict =>
  compared.some(([, { isUneven }]) => isUneven)
    ? { outcome: "ahead, look first", ahead: winner }
    : { outcome: "winner", winner };

function classify({ minimumEffect }: Experiment, { interval }: VariantResult) {
  if (!interval) return "open";
  if (interval.lower > 0) return "better";
  if (interval.upper < 0) return "worse";
  return interval.lower > -minimumEffect && interval.upper < minimumEffect ? "same" : "open";
}
