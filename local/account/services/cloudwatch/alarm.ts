import type {
  AlarmHistoryItem,
  ComparisonOperator,
  MetricAlarm,
  MetricDataQuery,
  PutMetricAlarmInput,
  StateValue,
} from "@aws-sdk/client-cloudwatch";
import type { Timer } from "../../endpoint/clock";
import { Fault, notImplemented } from "../../endpoint/fault";
import { checkPeriod, checkQueries, periodOf } from "./metric-query";
import { statistic } from "./statistic";

/** An alarm on one metric or on an expression over several. */
export interface Alarm {
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly tags: Map<string, string>;
  readonly history: AlarmHistoryItem[];
  input: PutMetricAlarmInput;
  configured: number;
  state: StateValue;
  reason: string;
  reasonData?: string;
  stateUpdated: number;
  stateTransitioned: number;
  actionsEnabled: boolean;
  timer?: Timer;
}

const compare: Partial<Record<ComparisonOperator, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};
const missingModes = ["missing", "ignore", "breaching", "notBreaching"];

/** Refuses what CloudWatch refuses, and what this account does not evaluate. */
export function checkAlarm(input: PutMetricAlarmInput): void {
  const members = [
    "ThresholdMetricId",
    "EvaluateLowSampleCountPercentile",
    "EvaluationWindow",
    "WarmUpConfiguration",
    "EvaluationCriteria",
    "EvaluationInterval",
  ] as const;
  for (const member of members) {
    if (input[member] !== undefined) throw notImplemented(`cloudwatch:PutMetricAlarm with ${member}`);
  }
  const { ComparisonOperator: operator, EvaluationPeriods: periods = 0, DatapointsToAlarm: points } = input;
  if (operator === undefined || !compare[operator]) throw notImplemented(`cloudwatch: ComparisonOperator ${operator}`);
  if (input.Threshold === undefined) throw required("Threshold");
  if (periods < 1) throw required("EvaluationPeriods");
  if (points !== undefined && points > periods) {
    throw new Fault("ValidationError", "DatapointsToAlarm must be less than or equal to EvaluationPeriods.");
  }
  if (!missingModes.includes(input.TreatMissingData ?? "missing")) {
    throw new Fault("ValidationError", `TreatMissingData must be one of ${missingModes.join(", ")}.`);
  }
  const queries = queriesOf(input);
  checkQueries(queries);
  for (const { MetricStat } of queries) if (MetricStat) statistic(MetricStat.Stat ?? "");
  if (queries.filter(({ ReturnData }) => ReturnData !== false).length !== 1) {
    throw new Fault("ValidationError", "Exactly one element of the Metrics array should return data.");
  }
  if (!input.Metrics) checkPeriod(input.Period ?? 0, "Period");
  refuseLongEvaluation(periods, periodOf(queries) / 1000);
  for (const action of [input.OKActions, input.AlarmActions, input.InsufficientDataActions].flat()) {
    if (action !== undefined && !action.includes(":sns:")) throw notImplemented(`cloudwatch: alarm action ${action}`);
  }
}

const day = 86_400;

/** A day, or a week for periods of an hour and more (API reference, PutMetricAlarm, EvaluationPeriods). */
function refuseLongEvaluation(periods: number, seconds: number): void {
  const [limit, words] = seconds >= 3600 ? [7 * day, "a week"] : [day, "a day"];
  if (periods * seconds <= limit) return;
  throw new Fault(
    "ValidationError",
    `Metrics cannot be checked across more than ${words} (EvaluationPeriods * Period must be <= ${limit}).`,
  );
}

const required = (name: string) => new Fault("ValidationError", `${name} is required for a metric alarm.`);

/** The alarm's metric as a query, if it is not queries already. */
export function queriesOf(input: PutMetricAlarmInput): readonly MetricDataQuery[] {
  if (input.Metrics && input.Metrics.length > 0) return input.Metrics;
  if (input.MetricName === undefined || input.Namespace === undefined) throw required("MetricName and Namespace");
  return [
    {
      Id: "metric",
      MetricStat: {
        Metric: { Namespace: input.Namespace, MetricName: input.MetricName, Dimensions: input.Dimensions },
        Period: input.Period,
        Stat: input.Statistic ?? input.ExtendedStatistic ?? "",
        Unit: input.Unit,
      },
    },
  ];
}

export const alarmPeriod = (input: PutMetricAlarmInput) => periodOf(queriesOf(input));

/** The verdict on a state, with the data behind it. */
export interface Judgement {
  readonly state: StateValue | "unchanged";
  readonly reason: string;
  readonly recent: readonly number[];
}

/**
 * How many periods are looked at: more than are evaluated, so that gaps can be made up from older data
 * (user guide, "Configuring how CloudWatch alarms treat missing data", whose tables this follows).
 */
export const evaluationRange = ({ EvaluationPeriods = 1 }: PutMetricAlarmInput) => EvaluationPeriods + 2;

/** Judges the datapoints of the evaluation range, oldest first; `undefined` is a missing one. */
export function judge(input: PutMetricAlarmInput, points: readonly (number | undefined)[]): Judgement {
  const { EvaluationPeriods: n = 1, DatapointsToAlarm: m = n, Threshold: threshold = 0, TreatMissingData } = input;
  const test = (input.ComparisonOperator && compare[input.ComparisonOperator]) ?? (() => false);
  const real = points.filter((point) => point !== undefined).slice(-n);
  const breaching = real.filter((point) => test(point, threshold)).length;
  const missing = n - real.length;
  const state = decide(TreatMissingData ?? "missing", { breaching, missing, real: real.length, m });
  return { state, recent: real, reason: reasonOf(input, state, real, breaching, missing) };
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

function reasonOf(
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

export function describeAlarm(alarm: Alarm): MetricAlarm {
  const { Tags: _tags, AlarmName: _name, ...settings } = alarm.input;
  return {
    ...settings,
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configured),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: settings.OKActions ?? [],
    AlarmActions: settings.AlarmActions ?? [],
    InsufficientDataActions: settings.InsufficientDataActions ?? [],
    Dimensions: settings.Dimensions ?? [],
    StateValue: alarm.state,
    StateReason: alarm.reason,
    ...(alarm.reasonData !== undefined && { StateReasonData: alarm.reasonData }),
    StateUpdatedTimestamp: new Date(alarm.stateUpdated),
    StateTransitionedTimestamp: new Date(alarm.stateTransitioned),
  };
}
