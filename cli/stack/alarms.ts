import { startOfNames } from "../../names/physical-names";
import { listAll } from "./aws";
import type { StackReader } from "./stack";

type AlarmOwner = Pick<StackReader, "project" | "stack" | "topicArn" | "call">;

/**
 * Reads the alarms of a stack: those with its prefix and its topic. The prefix `shop-` alone would
 * find those of `shop-eu` too.
 */
export async function readAlarms(stack: AlarmOwner) {
  const alarms = await listAlarms(stack);
  return alarms.map(({ AlarmName: name = "", StateValue: state = "", StateReason: reason = "" }) => ({
    name,
    state,
    reason,
  }));
}

/** Counts the metrics that the alarms watch: one on an expression watches several. */
export async function countWatchedMetrics(stack: AlarmOwner): Promise<number> {
  const alarms = await listAlarms(stack);
  return alarms
    .map(({ Metrics = [] }) => Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length || 1)
    .reduce((sum, each) => sum + each, 0);
}

async function listAlarms(stack: AlarmOwner) {
  const request = { AlarmNamePrefix: startOfNames(stack) };
  const alarms = await listAll(stack, "cloudwatch", "DescribeAlarms", request, "MetricAlarms");
  return alarms.filter(({ AlarmActions = [] }) => AlarmActions.includes(stack.topicArn));
}
