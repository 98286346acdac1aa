import { project } from "../../names/layout";
import { physicalName } from "../../names/physical-names";
import { listAll } from "./aws";
import type { StackReader } from "./stack";

/** Reads the alarms of a stack: of those with its names, which begin another stack's longer name too, those with its topic. */
export async function readAlarms({ stack, topicArn, call }: Pick<StackReader, "stack" | "topicArn" | "call">) {
  const AlarmNamePrefix = physicalName(project, stack, "");
  const alarms = await listAll({ call }, "cloudwatch", "DescribeAlarms", { AlarmNamePrefix }, "MetricAlarms");
  return alarms
    .filter(({ AlarmActions = [] }) => AlarmActions.includes(topicArn))
    .map(({ AlarmName: name = "", StateValue: state = "", StateReason: reason = "" }) => ({ name, state, reason }));
}
