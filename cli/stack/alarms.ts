import { project } from "../../names/layout";
import { physicalName } from "../../names/physical-names";
import { listAll } from "./aws";
import type { StackReader } from "./stack";

/**
 * Reads the alarms of a stack: those with its prefix and its topic. The prefix `shop-` alone would
 * find those of `shop-eu` too.
 */
export async function readAlarms({ stack, topicArn, call }: Pick<StackReader, "stack" | "topicArn" | "call">) {
  const AlarmNamePrefix = physicalName(project, stack, "");
  const alarms = await listAll({ call }, "cloudwatch", "DescribeAlarms", { AlarmNamePrefix }, "MetricAlarms");
  return alarms
    .filter(({ AlarmActions = [] }) => AlarmActions.includes(topicArn))
    .map(({ AlarmName: name = "", StateValue: state = "", StateReason: reason = "" }) => ({ name, state, reason }));
}
