import type { DescribeAlarmHistoryInput } from "@aws-sdk/client-cloudwatch";
import { pageInOrder } from "../../../host/page";
import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import type { Alarm, Alarms } from "../alarms/alarm";

/** Lists what happened to alarms. */
export function alarmHistoryHandlers(store: Alarms) {
  return {
    DescribeAlarmHistory(input, call) {
      const { AlarmName: name, NextToken: token, MaxRecords: limit = 50 } = input;
      const alarms = [...store.of(call).values()].filter((alarm) => name === undefined || alarm.name === name);
      const entries = alarms.flatMap((alarm) => selectEntries(alarm, input));
      if (input.ScanBy !== "TimestampAscending") entries.reverse();
      const { items, next } = pageInOrder(entries, ({ key }) => key, { token, limit });
      return { AlarmHistoryItems: items.map(({ item }) => item), NextToken: next };
    },
  } satisfies Handlers<Clients["cloudwatch"]>;
}

function selectEntries(
  { name, history }: Alarm,
  { HistoryItemType: type, StartDate, EndDate }: DescribeAlarmHistoryInput,
) {
  const from = StartDate?.getTime() ?? Number.NEGATIVE_INFINITY;
  const to = EndDate?.getTime() ?? Number.POSITIVE_INFINITY;
  return history
    .map((item, i) => ({ item, key: `${name} ${i}` }))
    .filter(({ item }) => !type || item.HistoryItemType === type)
    .filter(({ item: { Timestamp } }) => Timestamp && Timestamp.getTime() >= from && Timestamp.getTime() <= to);
}
