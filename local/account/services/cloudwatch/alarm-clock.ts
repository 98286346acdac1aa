import type { HistoryItemType, StateValue } from "@aws-sdk/client-cloudwatch";
import { Fault } from "../../endpoint/fault";
import type { Host } from "../../endpoint/service";
import { type Alarm, alarmPeriod, evaluationRange, judge, queriesOf } from "./alarm";
import { answerQueries } from "./metric-query";
import { type MetricStore, minute } from "./metric-store";

/** CloudWatch keeps the history of alarms for 30 days (user guide, "Common features of alarms"). */
const historyDays = 30;
/** Alarms with long periods are looked at this often; each looks at the periods that end at that moment. */
const longestInterval = 5 * minute;

/** Evaluates alarms on the clock and acts on transitions. */
export function createAlarmClock(host: Host, metrics: (alarm: Alarm) => MetricStore) {
  const { clock } = host;

  const record = (alarm: Alarm, HistoryItemType: HistoryItemType, HistorySummary: string, data: object) => {
    const oldest = clock.now() - historyDays * 86_400_000;
    const kept = alarm.history.findIndex(({ Timestamp }) => Timestamp && Timestamp.getTime() >= oldest);
    alarm.history.splice(0, kept === -1 ? alarm.history.length : kept);
    alarm.history.push({
      AlarmName: alarm.name,
      AlarmType: "MetricAlarm",
      Timestamp: new Date(clock.now()),
      HistoryItemType,
      HistorySummary,
      HistoryData: JSON.stringify({ version: "1.0", ...data }),
    });
  };

  /** Evaluates at the end of each minute, or of every fifth for periods of five minutes and more. */
  const schedule = (alarm: Alarm) => {
    alarm.timer?.cancel();
    const interval = Math.min(alarmPeriod(alarm.input), longestInterval);
    const due = (Math.floor(clock.now() / interval) + 1) * interval;
    alarm.timer = clock.at(due, `cloudwatch: alarm ${alarm.name}`, () => {
      schedule(alarm);
      return evaluate(alarm, due);
    });
  };

  const evaluate = async (alarm: Alarm, now: number): Promise<void> => {
    const period = alarmPeriod(alarm.input);
    const count = evaluationRange(alarm.input);
    const range = { from: now - count * period, to: now };
    const queries = queriesOf(alarm.input);
    const returned = queries.find(({ ReturnData }) => ReturnData !== false)?.Id ?? "";
    const series = (await answerQueries(metrics(alarm), queries, range)).get(returned);
    const points = Array.from({ length: count }, (_, i) => series?.get(range.from + i * period));
    const { state, reason, recent } = judge(alarm.input, points);
    if (state === "unchanged" || state === alarm.state) return;
    const data = {
      version: "1.0",
      queryDate: new Date(now).toISOString(),
      ...(alarm.input.Statistic !== undefined && { statistic: alarm.input.Statistic }),
      period: period / 1000,
      recentDatapoints: recent,
      threshold: alarm.input.Threshold,
    };
    await move(alarm, state, reason, JSON.stringify(data));
  };

  const move = async (alarm: Alarm, state: StateValue, reason: string, reasonData?: string): Promise<void> => {
    const before = { value: alarm.state, reason: alarm.reason, timestamp: new Date(alarm.stateUpdated).toISOString() };
    const now = clock.now();
    alarm.reason = reason;
    if (reasonData === undefined) delete alarm.reasonData;
    else alarm.reasonData = reasonData;
    alarm.stateUpdated = now;
    if (state === alarm.state) return;
    alarm.state = state;
    alarm.stateTransitioned = now;
    const after = {
      value: state,
      reason,
      ...(reasonData !== undefined && { reasonData }),
      timestamp: new Date(now).toISOString(),
    };
    record(alarm, "StateUpdate", `Alarm updated from ${before.value} to ${state}`, {
      oldState: before,
      newState: after,
    });
    host.emit("event", {
      account: alarm.account,
      region: alarm.region,
      source: "aws.cloudwatch",
      detailType: "CloudWatch Alarm State Change",
      resources: [alarm.arn],
      detail: {
        alarmName: alarm.name,
        state: after,
        previousState: before,
        configuration: {
          ...(alarm.input.AlarmDescription !== undefined && { description: alarm.input.AlarmDescription }),
          metrics: queriesOf(alarm.input).map(({ Id, MetricStat, Expression, ReturnData }) => ({
            id: Id,
            returnData: ReturnData !== false,
            ...(Expression !== undefined && { expression: Expression }),
            ...(MetricStat && {
              metricStat: {
                metric: {
                  namespace: MetricStat.Metric?.Namespace,
                  name: MetricStat.Metric?.MetricName,
                  dimensions: Object.fromEntries(
                    (MetricStat.Metric?.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]),
                  ),
                },
                period: MetricStat.Period,
                stat: MetricStat.Stat,
              },
            }),
          })),
        },
      },
    });
    if (alarm.actionsEnabled) await act(alarm, before.value, now);
  };

  const act = async (alarm: Alarm, oldState: StateValue, now: number) => {
    const { OKActions = [], AlarmActions = [], InsufficientDataActions = [] } = alarm.input;
    const actions = { OK: OKActions, ALARM: AlarmActions, INSUFFICIENT_DATA: InsufficientDataActions }[alarm.state];
    const service = "cloudwatch.amazonaws.com";
    const principal = { kind: "service", account: alarm.account, arn: service, service, sourceArn: alarm.arn } as const;
    for (const TopicArn of actions) {
      const summary = (result: string) => `${result} action ${TopicArn}`;
      const data = { actionState: "Succeeded", notificationResource: TopicArn };
      try {
        const caller = { account: alarm.account, region: alarm.region, principal };
        const Subject = `${alarm.state}: "${alarm.name}" in ${regionName(alarm.region)}`.slice(0, 100);
        await host.call(caller, "sns", "Publish", { TopicArn, Subject, Message: notification(alarm, oldState, now) });
        record(alarm, "Action", summary("Successfully executed"), data);
      } catch (cause) {
        if (!(cause instanceof Fault)) throw cause;
        record(alarm, "Action", summary("Failed to execute"), { ...data, actionState: "Failed", error: cause.message });
      }
    }
  };

  return { schedule, move, record };
}

/** The message that CloudWatch publishes to a topic. */
function notification(alarm: Alarm, oldState: StateValue, now: number): string {
  const { input } = alarm;
  const [query] = queriesOf(input);
  return JSON.stringify({
    AlarmName: alarm.name,
    AlarmDescription: input.AlarmDescription ?? null,
    AWSAccountId: alarm.account,
    AlarmConfigurationUpdatedTimestamp: alarmTime(alarm.configured),
    NewStateValue: alarm.state,
    NewStateReason: alarm.reason,
    StateChangeTime: alarmTime(now),
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

const alarmTime = (time: number) => new Date(time).toISOString().replace("Z", "+0000");

/** Regions by the name that alarm mails use; another Region keeps its code. */
const regionName = (region: string) =>
  ({
    "eu-west-1": "EU (Ireland)",
    "eu-central-1": "EU (Frankfurt)",
    "us-east-1": "US East (N. Virginia)",
    "us-west-2": "US West (Oregon)",
  })[region] ?? region;
