import type { MetricAlarm, MetricDataQuery, PutMetricAlarmInput, StateValue } from "@aws-sdk/client-cloudwatch";
import { arnIn, type Scope } from "../../../aws/arn";
import { Fault, notImplemented } from "../../../aws/fault";
import { ownValue } from "../../../aws/record";
import type { Store } from "../../../host/store";
import { checkPeriod, checkQueries, periodOf } from "../metrics/metric-query";
import { readStatistic } from "../metrics/statistic";
import { comparisons } from "./judge";

/** An alarm on one metric or on an expression over several. */
export interface Alarm {
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly tags: Map<string, string>;
  input: PutMetricAlarmInput;
  configured: number;
  state: StateValue;
  reason: string;
  reasonData?: string;
  stateUpdated: number;
  actionsEnabled: boolean;
}

/** The alarms of each account and Region, by name. */
export type Alarms = Store<Map<string, Alarm>>;

export const alarmArn = (scope: Scope, name: string) => arnIn(scope, "cloudwatch", `alarm:${name}`);

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
  if (operator === undefined || !ownValue(comparisons, operator)) {
    throw notImplemented(`cloudwatch:PutMetricAlarm with ComparisonOperator ${operator}`);
  }
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
  for (const { MetricStat } of queries) if (MetricStat) readStatistic(MetricStat.Stat ?? "");
  if (queries.filter(({ ReturnData }) => ReturnData !== false).length !== 1) {
    throw new Fault("ValidationError", "Exactly one element of the Metrics array should return data.");
  }
  if (!input.Metrics) checkPeriod(input.Period ?? 0, "Period");
  refuseLongEvaluation(periods, periodOf(queries) / 1000);
  for (const action of [input.OKActions, input.AlarmActions, input.InsufficientDataActions].flat()) {
    if (action !== undefined && !action.includes(":sns:")) {
      throw notImplemented(`cloudwatch:PutMetricAlarm with the action ${action}`);
    }
  }
}

const day = 86_400;

/**
 * A day, or a week for periods of an hour and more (API reference, PutMetricAlarm,
 * EvaluationPeriods).
 */
function refuseLongEvaluation(periods: number, seconds: number): void {
  const [limit, words] = seconds >= 3600 ? [7 * day, "a week"] : [day, "a day"];
  if (periods * seconds <= limit) return;
  throw new Fault(
    "ValidationError",
    `Metrics cannot be checked across more than ${words} (EvaluationPeriods * Period must be <= ${limit}).`,
  );
}

const required = (name: string) => new Fault("ValidationError", `${name} is required for a metric alarm.`);

/** The queries of an alarm; an alarm on one metric has one. */
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
    StateTransitionedTimestamp: new Date(alarm.stateUpdated),
  };
}
