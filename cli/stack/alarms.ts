import { startOfNames } from "../../names/physical-names";
import { listAll } from "./aws";
import type { StackReader } from "./stack";

/**
 * Reads the alarms of a stack: those with its prefix and its topic. The prefix `shop-` alone would
 * find those of `shop-eu` too.
 */
export async function readAlarms(stack: Pick<StackReader, "project" | "stack" | "topicArn" | "call">) {
  const request = { AlarmNamePrefix: startOfNames(stack) };
  const alarms = await listAll(stack, "cloudwatch", "DescribeAlarms", request, "MetricAlarms");
  return alarms
    .filter(({ AlarmActions = [] }) => AlarmActions.includes(stack.topicArn))
    .map(({ AlarmName: name = "", StateValue: state = "", StateReason: reason = "" }) => ({ name, state, reason }));
}
