import { namePlainly } from "../../names/metric-names";

/**
 * The bounds of the gate for one model. This object travels unchanged from the stack's
 * configuration, whose names it has, through the state machine to this file, and into the record of
 * each decision.
 */
export interface Gate {
  /** Name of the metric that is compared. */
  promotionMetric: string;
  /** The candidate's metric must be greater; 0 is no bound. */
  promotionThreshold: number;
  /**
   * The most by which the candidate may fall behind the versions that served: the metric is
   * measured on a tenth of the users, with noise.
   */
  allowedMetricDrop: number;
  /**
   * The number of versions that served last with which the candidate is compared, the serving one
   * included.
   */
  comparedVersions: number;
}

/** One version's value of the gate's metric; NaN where it has none. */
export interface MeasuredVersion {
  solutionVersionArn: string;
  value: number;
}

/** A version with which the candidate is compared. */
export interface ComparedVersion extends MeasuredVersion {
  /**
   * The plain metric, with the candidate's value, in place of the gate's, which knows event
   * weights: this version has others, and the wrong ones may look better.
   */
  instead?: { metric: string; candidate: number };
}

export const hasValue = (version: ComparedVersion | undefined): version is ComparedVersion =>
  version !== undefined && !Number.isNaN(version.value) && !Number.isNaN(version.instead?.candidate);

export interface Versions {
  candidate: MeasuredVersion;
  /**
   * The version that the campaign serves; absent when it is the candidate itself or has no metrics
   * any more.
   */
  incumbent?: ComparedVersion | undefined;
  /** The versions that served before it, the newest first, by the same metric. */
  earlier?: readonly ComparedVersion[] | undefined;
  /** A popularity model trained on the same data, when the stack keeps one. */
  baseline?: ComparedVersion | undefined;
}

export interface GateDecision {
  decision: "promote" | "keep";
  /** The comparisons in words: every text about a decision has this sentence. */
  reason: string;
}

/** The answer of one rule; undefined when it does not apply. */
type Verdict = { passed: boolean; text: string } | undefined;
type GateRule = (versions: Versions, gate: Gate) => Verdict;

/** Finds the best of the versions that served, which a candidate is compared with. */
export function findBest({ incumbent, earlier = [] }: Omit<Versions, "candidate">): ComparedVersion | undefined {
  return [incumbent, ...earlier]
    .filter(hasValue)
    .reduce<ComparedVersion | undefined>((best, each) => (best && best.value >= each.value ? best : each), undefined);
}

/**
 * Versions trained on different data are only roughly comparable (Personalize guide, "Evaluating a
 * solution version"), so this bound prevents a clear loss; it does not prove an improvement.
 */
function checkDrop({ candidate, incumbent }: Versions, { allowedMetricDrop }: Gate): Verdict {
  return hasValue(incumbent) ? compare(candidate, incumbent, "the serving version's", allowedMetricDrop) : undefined;
}

/** Small losses add up: each of ten versions may be a little worse than the one before it. */
function checkEarlier(versions: Versions, { allowedMetricDrop }: Gate): Verdict {
  const { candidate, incumbent, earlier = [] } = versions;
  const best = findBest(versions);
  if (!best || best === incumbent) return undefined;
  const count = [incumbent, ...earlier].filter(hasValue).length;
  const which = count === 1 ? "the version that served before," : `the best of the last ${count} versions that served,`;
  return compare(candidate, best, which, allowedMetricDrop);
}

/** A threshold of 0 is no bound: a metric may be 0, as that of trends often is, but never less. */
function checkThreshold({ candidate: { value } }: Versions, { promotionThreshold: threshold }: Gate): Verdict {
  if (value === 0 && threshold === 0) return { passed: true, text: "at the threshold 0, which is no bound" };
  const passed = value > threshold;
  return { passed, text: `${passed ? "" : "not "}above the threshold ${format(threshold)}` };
}

function checkBaseline({ candidate, baseline }: Versions): Verdict {
  if (!baseline) return undefined;
  if (!hasValue(baseline)) return { passed: true, text: "not compared with popularity, which has no such metric" };
  const passed = readOwn(candidate, baseline) > baseline.value;
  const text = `${passed ? "" : "not "}better than the popularity baseline's ${format(baseline.value)}`;
  return { passed, text: text + describeInstead(baseline) };
}

/** A version without the metric is no bound: otherwise no candidate could replace it. */
function mentionFirst({ incumbent }: Versions): Verdict {
  if (!incumbent) return { passed: true, text: "there is no serving version to compare with" };
  const lacks = incumbent.instead ? "has other event weights, and no plain metric" : "has no such metric";
  return hasValue(incumbent) ? undefined : { passed: true, text: `the serving version ${lacks}` };
}

/** All rules of the gate. The first that fails gives the reason. */
const gateRules: readonly GateRule[] = [checkDrop, checkEarlier, checkThreshold, checkBaseline, mentionFirst];

/** Decides whether the candidate is promoted: it must pass every rule. */
export function decidePromotion(versions: Versions, gate: Gate): GateDecision {
  const rules = hasValue(versions.candidate) ? gateRules : [checkThreshold];
  const verdicts = rules.flatMap((rule) => rule(versions, gate) ?? []);
  const failed = verdicts.find(({ passed }) => !passed);
  const texts = (failed ? [failed] : verdicts).map(({ text }) => text);
  const value = `${namePlainly(gate.promotionMetric)}: ${format(versions.candidate.value)}`;
  return { decision: failed ? "keep" : "promote", reason: `it is ${texts.join("; ")} (${value})` };
}

/**
 * The difference of two decimal fractions has an error in its last digits: a loss of exactly
 * `allowed` passes.
 */
const roundingError = 1e-12;

/** The candidate's value of the metric by which it is compared with the other version. */
const readOwn = (candidate: MeasuredVersion, { instead }: ComparedVersion) => instead?.candidate ?? candidate.value;

/** Says by which metric versions with other event weights are compared. */
function describeInstead({ instead }: ComparedVersion): string {
  if (!instead) return "";
  return ` by ${namePlainly(instead.metric)}, which is ${format(instead.candidate)}, because the event weights differ`;
}

function compare(candidate: MeasuredVersion, other: ComparedVersion, name: string, allowed: number) {
  const loss = other.value - readOwn(candidate, other);
  const than = `${name} ${format(other.value)}${describeInstead(other)}`;
  if (loss === 0) return { passed: true, text: `equal to ${than}` };
  if (loss < 0) return { passed: true, text: `better by ${format(-loss)} than ${than}` };
  const passed = loss <= allowed + roundingError;
  const [difference, relation] = passed ? [format(loss), "within"] : [formatAbove(loss, allowed), "more than"];
  return { passed, text: `worse by ${difference}, ${relation} the allowed ${format(allowed)}, than ${than}` };
}

function format(value: number, digits = 4): string {
  return String(Number(value.toFixed(digits)));
}

/** With as many digits as make it greater than the bound. */
function formatAbove(value: number, bound: number): string {
  const digits = [4, 6, 8, 10].find((count) => Number(value.toFixed(count)) > bound);
  return format(value, digits ?? 12);
}
