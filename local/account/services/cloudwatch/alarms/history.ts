import type { HistoryItemType } from "@aws-sdk/client-cloudwatch";
import type { Alarm } from "./alarm";

/** CloudWatch keeps the history of alarms for 30 days (user guide, "Common features of alarms"). */
const historyDays = 30;

/** Adds an entry to an alarm's history, and removes entries that are too old. */
export function recordHistory(alarm: Alarm, now: number, type: HistoryItemType, summary: string, data: object): void {
  const oldest = now - historyDays * 86_400_000;
  const kept = alarm.history.findIndex(({ Timestamp }) => Timestamp && Timestamp.getTime() >= oldest);
  alarm.history.splice(0, kept === -1 ? alarm.history.length : kept);
  alarm.history.push({
    AlarmName: alarm.name,
    AlarmType: "MetricAlarm",
    Timestamp: new Date(now),
    HistoryItemType: type,
    HistorySummary: summary,
    HistoryData: JSON.stringify({ version: "1.0", ...data }),
  });
}
