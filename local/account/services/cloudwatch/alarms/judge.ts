import type { ComparisonOperator, PutMetricAlarmInput, StateValue } from "@aws-sdk/client-cloudwatch";
import { ownValue } from "../../../aws/record";

/** The operators of alarms on one threshold. */
export const comparisons: Partial<Record<ComparisonOperator, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/** The state that the data give, and the data. */
interface Judgement {
  readonly state: StateValue | "unchanged";
  readonly reason: string;
  readonly recent: readonly number[];
}

/**
 * The number of periods that are read: more than are evaluated, so that older data can fill gaps
 * (user guide, "Configuring how CloudWatch alarms treat missing data", whose tables this follows).
 */
export const evaluationRange = ({ EvaluationPeriods = 1 }: PutMetricAlarmInput) => EvaluationPeriods + 2;

/** Judges the datapoints of the evaluation range, oldest first; `undefined` is a missing one. */
export function judge(input: PutMetricAlarmInput, points: readonly (number | undefined)[]): Judgement {
  const { EvaluationPeriods: n = 1, DatapointsToAlarm: m = n, Threshold: threshold = 0, TreatMissingData } = input;
  const test = ownValue(comparisons, input.ComparisonOperator ?? "") ?? (() => false);
  const real = points.filter((point) => point !== undefined).slice(-n);
  const breaching = real.filter((point) => test(point, threshold)).length;
  const missing = n - real.length;
  const state = decide(TreatMissingData ?? "missing", { breaching, missing, real: real.length, m });
  return { state, recent: real, reason: writeReason(input, state, real, breaching, missing) };
}

function decide(
  mode: string,
  { breaching, missing, real, m }: { breaching: number; missing: number; real: number; m: number },
): Judgement["state"] {
  if (breaching >= m) return "ALARM";
  switch (mode) {
    case "breaching":
      return breaching + missing >= m ? "ALARM" : "OK";
    case "notBreaching":
      return "OK";
    case "ignore":
      return real === 0 || breaching >= Math.max(1, m - missing) ? "unchanged" : "OK";
    default:
      if (real === 0) return "INSUFFICIENT_DATA";
      return breaching >= Math.max(1, m - missing) ? "ALARM" : "OK";
  }
}

function writeReason(
  { Threshold, ComparisonOperator: operator = "GreaterThanThreshold", TreatMissingData }: PutMetricAlarmInput,
  state: Judgement["state"],
  real: readonly number[],
  breaching: number,
  missing: number,
): string {
  if (state === "INSUFFICIENT_DATA") return "Insufficient Data: no datapoints were received.";
  const words = operator
    .replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim()
    .replace(/ threshold$/, " the threshold");
  if (real.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${missing} periods and ${missing} missing datapoints were treated as [${TreatMissingData === "breaching" ? "Breaching" : "NonBreaching"}].`;
  }
  const count = state === "ALARM" ? Math.max(breaching, 1) : real.length;
  const was = `${count} datapoint${count === 1 ? "" : "s"} [${real.map((value) => String(value)).join(", ")}] ${count === 1 ? "was" : "were"}`;
  return `Threshold Crossed: ${was} ${state === "ALARM" ? "" : "not "}${words} (${Threshold}).`;
}
