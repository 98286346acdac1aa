import type { StateValue } from "@aws-sdk/client-cloudwatch";
import { type Alarm, queriesOf } from "./alarm";

/** The subject of the message that CloudWatch publishes to a topic. */
export const createSubject = ({ name, region, state }: Alarm) =>
  `${state}: "${name}" in ${regionName(region)}`.slice(0, 100);

/** The message that CloudWatch publishes to a topic. */
export function createMessage(alarm: Alarm, oldState: StateValue, now: number): string {
  const { input } = alarm;
  const [query] = queriesOf(input);
  return JSON.stringify({
    AlarmName: alarm.name,
    AlarmDescription: input.AlarmDescription ?? null,
    AWSAccountId: alarm.account,
    AlarmConfigurationUpdatedTimestamp: formatTime(alarm.configured),
    NewStateValue: alarm.state,
    NewStateReason: alarm.reason,
    StateChangeTime: formatTime(now),
    Region: regionName(alarm.region),
    AlarmArn: alarm.arn,
    OldStateValue: oldState,
    OKActions: input.OKActions ?? [],
    AlarmActions: input.AlarmActions ?? [],
    InsufficientDataActions: input.InsufficientDataActions ?? [],
    Trigger: {
      ...(input.Metrics
        ? { Metrics: input.Metrics }
        : {
            MetricName: input.MetricName,
            Namespace: input.Namespace,
            StatisticType: input.Statistic === undefined ? "ExtendedStatistic" : "Statistic",
            Statistic: (input.Statistic ?? input.ExtendedStatistic ?? "").toUpperCase(),
            Unit: input.Unit ?? null,
            Dimensions: (input.Dimensions ?? []).map(({ Name, Value }) => ({ value: Value, name: Name })),
          }),
      Period: query?.MetricStat?.Period ?? input.Period,
      EvaluationPeriods: input.EvaluationPeriods,
      ...(input.DatapointsToAlarm !== undefined && { DatapointsToAlarm: input.DatapointsToAlarm }),
      ComparisonOperator: input.ComparisonOperator,
      Threshold: input.Threshold,
      TreatMissingData: input.TreatMissingData ?? "",
      EvaluateLowSampleCountPercentile: "",
    },
  });
}

const formatTime = (time: number) => new Date(time).toISOString().replace("Z", "+0000");

/** Regions by the name that alarm mails use; another Region keeps its code. */
const regionName = (region: string) => regionNames.get(region) ?? region;

const regionNames = new Map([
  ["eu-west-1", "EU (Ireland)"],
  ["eu-central-1", "EU (Frankfurt)"],
  ["us-east-1", "US East (N. Virginia)"],
  ["us-west-2", "US West (Oregon)"],
]);
