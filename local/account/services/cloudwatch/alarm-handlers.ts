import type { Dimension, Tag } from "@aws-sdk/client-cloudwatch";
import type { Clients } from "../../endpoint/clients";
import { Fault, notImplemented } from "../../endpoint/fault";
import type { Call, Caller, Handlers, Host, Store } from "../../endpoint/service";
import { addTags } from "../../endpoint/tags";
import { type Alarm, checkAlarm, describeAlarm } from "./alarm";
import { createAlarmClock } from "./alarm-clock";
import type { MetricStore } from "./metric-store";

export const alarmArn = ({ account, region }: { account: string; region: string }, name: string) =>
  `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;

/** Of an account in a Region, by default (user guide, "CloudWatch service quotas"). */
const mostAlarms = 5_000;

const pairsOf = (tags: readonly Tag[] = []) => tags.map(({ Key = "", Value = "" }) => [Key, Value] as const);
const tooManyTags = (limit: number) =>
  new Fault("InvalidParameterValueException", `The parameter Tags must not give an alarm more than ${limit} tags.`);

const sortedDimensions = (dimensions: readonly Dimension[] = []) =>
  dimensions.map(({ Name = "", Value = "" }) => [Name, Value]).sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));

export function alarmHandlers(host: Host, metrics: Store<MetricStore>) {
  const store = host.store(() => new Map<string, Alarm>());
  const { clock } = host;
  const alarms = createAlarmClock(host, (alarm) => metrics.of(alarm));

  const find = (call: Caller, name: string | undefined): Alarm => {
    const alarm = store.of(call).get(name ?? "");
    if (alarm) return alarm;
    throw new Fault("ResourceNotFound", `Alarm ${name} does not exist.`);
  };
  const byArn = (call: Call, arn: string | undefined): Alarm => {
    const alarm = [...store.of(call).values()].find((candidate) => candidate.arn === arn);
    if (alarm) return alarm;
    throw new Fault("ResourceNotFoundException", `${arn} does not exist.`);
  };
  const switchActions = (call: Call, names: readonly string[] = [], enabled: boolean) => {
    // Neither operation has a specific error (API reference): other names are ignored.
    for (const name of names) {
      const alarm = store.of(call).get(name);
      if (alarm) alarm.actionsEnabled = enabled;
    }
    return {};
  };

  return {
    PutMetricAlarm(input, call) {
      checkAlarm(input);
      const name = input.AlarmName ?? "";
      const now = clock.now();
      const known = store.of(call).get(name);
      if (!known && store.of(call).size >= mostAlarms) {
        throw new Fault("LimitExceeded", `The maximum limit of ${mostAlarms} alarms is exceeded.`);
      }
      const alarm: Alarm = known ?? {
        name,
        arn: alarmArn(call, name),
        account: call.account,
        region: call.region,
        // Tags of an existing alarm change by TagResource only (API reference, PutMetricAlarm).
        tags: new Map(),
        history: [],
        input,
        configured: now,
        state: "INSUFFICIENT_DATA",
        reason: "Unchecked: Initial alarm creation",
        stateUpdated: now,
        stateTransitioned: now,
        actionsEnabled: true,
      };
      if (!known) addTags(alarm.tags, pairsOf(input.Tags), tooManyTags);
      alarm.input = input;
      alarm.configured = now;
      alarm.actionsEnabled = input.ActionsEnabled ?? true;
      store.of(call).set(name, alarm);
      const what = known ? "updated" : "created";
      alarms.record(alarm, "ConfigurationUpdate", `Alarm "${name}" ${what}`, { type: known ? "Update" : "Create" });
      alarms.schedule(alarm);
      return {};
    },

    DescribeAlarms(input, call) {
      if (input.ChildrenOfAlarmName !== undefined || input.ParentsOfAlarmName !== undefined) {
        throw notImplemented("cloudwatch:DescribeAlarms of composite alarms' relatives");
      }
      if (input.AlarmTypes && !input.AlarmTypes.includes("MetricAlarm"))
        return { MetricAlarms: [], CompositeAlarms: [] };
      const { AlarmNames, AlarmNamePrefix = "", StateValue, ActionPrefix, NextToken = "" } = input;
      const rest = [...store.of(call).values()]
        .filter(({ name }) => (AlarmNames ? AlarmNames.includes(name) : name.startsWith(AlarmNamePrefix)))
        .filter(({ state }) => StateValue === undefined || state === StateValue)
        .filter(
          ({ input: { AlarmActions = [] } }) => !ActionPrefix || AlarmActions.some((a) => a.startsWith(ActionPrefix)),
        )
        .filter(({ name }) => name > NextToken)
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const page = rest.slice(0, input.MaxRecords ?? 50);
      return {
        MetricAlarms: page.map(describeAlarm),
        CompositeAlarms: [],
        ...(page.length < rest.length && { NextToken: page.at(-1)?.name }),
      };
    },

    DescribeAlarmsForMetric(input, call) {
      const { Namespace, MetricName, Dimensions = [], Statistic, ExtendedStatistic, Period, Unit } = input;
      const wanted = JSON.stringify(sortedDimensions(Dimensions));
      const found = [...store.of(call).values()].filter(
        ({ input: alarm }) =>
          alarm.Namespace === Namespace &&
          alarm.MetricName === MetricName &&
          JSON.stringify(sortedDimensions(alarm.Dimensions)) === wanted &&
          (Statistic === undefined || alarm.Statistic === Statistic) &&
          (ExtendedStatistic === undefined || alarm.ExtendedStatistic === ExtendedStatistic) &&
          (Period === undefined || alarm.Period === Period) &&
          (Unit === undefined || alarm.Unit === Unit),
      );
      return { MetricAlarms: found.map(describeAlarm) };
    },

    DeleteAlarms(input, call) {
      const found = (input.AlarmNames ?? []).map((name) => find(call, name));
      for (const alarm of found) {
        alarm.timer?.cancel();
        store.of(call).delete(alarm.name);
      }
      return {};
    },

    async SetAlarmState(input, call) {
      const alarm = find(call, input.AlarmName);
      await alarms.move(alarm, input.StateValue ?? alarm.state, input.StateReason ?? "", input.StateReasonData);
      return {};
    },

    EnableAlarmActions: (input, call) => switchActions(call, input.AlarmNames, true),
    DisableAlarmActions: (input, call) => switchActions(call, input.AlarmNames, false),

    DescribeAlarmHistory(input, call) {
      const named =
        input.AlarmName === undefined ? [...store.of(call).values()] : [store.of(call).get(input.AlarmName)];
      const from = input.StartDate?.getTime() ?? Number.NEGATIVE_INFINITY;
      const to = input.EndDate?.getTime() ?? Number.POSITIVE_INFINITY;
      const items = named
        .flatMap((alarm) => alarm?.history ?? [])
        .filter(({ HistoryItemType }) => !input.HistoryItemType || HistoryItemType === input.HistoryItemType)
        .filter(({ Timestamp }) => Timestamp && Timestamp.getTime() >= from && Timestamp.getTime() <= to);
      if (input.ScanBy !== "TimestampAscending") items.reverse();
      const start = Number(input.NextToken ?? 0);
      const page = items.slice(start, start + (input.MaxRecords ?? 50));
      const end = start + page.length;
      return { AlarmHistoryItems: page, ...(end < items.length && { NextToken: String(end) }) };
    },

    TagResource(input, call) {
      const { tags } = byArn(call, input.ResourceARN);
      addTags(tags, pairsOf(input.Tags), tooManyTags);
      return {};
    },
    UntagResource(input, call) {
      const { tags } = byArn(call, input.ResourceARN);
      for (const key of input.TagKeys ?? []) tags.delete(key);
      return {};
    },
    ListTagsForResource: (input, call) => ({
      Tags: [...byArn(call, input.ResourceARN).tags].map(([Key, Value]) => ({ Key, Value })),
    }),
  } satisfies Handlers<Clients["cloudwatch"]>;
}
