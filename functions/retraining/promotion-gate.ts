/**
 * The bounds of the gate for one model. This object travels unchanged from the stack's configuration, whose names it has,
 * through the state machine to this file, and into the record of each decision.
 */
export interface Gate {
  /** Name of the metric that is compared. */
  promotionMetric: string;
  /** The candidate's metric must be greater. */
  promotionThreshold: number;
  /** How far the candidate may fall behind the serving version: the metric is measured on a tenth of the users, with noise. */
  allowedMetricDrop: number;
}

/** One version's value of the gate's metric. */
export interface MeasuredVersion {
  solutionVersionArn: string;
  value: number;
}

export interface Versions {
  candidate: MeasuredVersion;
  /** The version that the campaign serves; absent when it is the candidate itself or has no metrics any more. */
  incumbent?: MeasuredVersion | undefined;
  /** A popularity model trained on the same data, when the stack keeps one. */
  baseline?: MeasuredVersion | undefined;
}

export interface GateDecision {
  decision: "promote" | "keep";
  reason: string;
}

/** What one rule says; undefined when it does not apply. */
type Verdict = { passed: boolean; text: string } | undefined;
type GateRule = (versions: Versions, gate: Gate) => Verdict;

function checkThreshold({ candidate }: Versions, { promotionThreshold }: Gate): Verdict {
  const threshold = format(promotionThreshold);
  return candidate.value > promotionThreshold
    ? { passed: true, text: `above the threshold ${threshold}` }
    : { passed: false, text: `is not greater than the threshold ${threshold}` };
}

/**
 * Versions trained on different data are only roughly comparable (Personalize guide, "Evaluating a solution version"), so
 * this bound prevents a clear loss; it does not prove an improvement.
 */
function checkDrop({ candidate, incumbent }: Versions, { allowedMetricDrop }: Gate): Verdict {
  if (!incumbent) return { passed: true, text: "no serving version to compare with" };
  const value = format(incumbent.value);
  return candidate.value < incumbent.value - allowedMetricDrop
    ? { passed: false, text: `is below the serving version's ${value} − ${format(allowedMetricDrop)}` }
    : { passed: true, text: `serving version ${value}` };
}

function checkBaseline({ candidate, baseline }: Versions): Verdict {
  if (!baseline) return undefined;
  const value = format(baseline.value);
  return candidate.value > baseline.value
    ? { passed: true, text: `popularity baseline ${value}` }
    : { passed: false, text: `is not greater than the popularity baseline's ${value}` };
}

/** All rules of the gate. The first that fails gives the reason. */
const gateRules: readonly GateRule[] = [checkThreshold, checkDrop, checkBaseline];

/** Decides whether the candidate is promoted: it must pass every rule. */
export function decidePromotion(versions: Versions, gate: Gate): GateDecision {
  const metric = `${gate.promotionMetric} ${format(versions.candidate.value)}`;
  const verdicts = gateRules.flatMap((rule) => rule(versions, gate) ?? []);
  const failed = verdicts.find(({ passed }) => !passed);
  if (failed) return { decision: "keep", reason: `${metric} ${failed.text}` };
  return { decision: "promote", reason: `${metric}: ${verdicts.map(({ text }) => text).join(", ")}` };
}

function format(value: number): string {
  return String(Number(value.toFixed(4)));
}
