import { parts, scheduleParts } from "../../names/layout";
import { physicalName } from "../../names/physical-names";
import { ignoreNotFound } from "./aws";
import type { StackReader } from "./stack";

/** The schedule of the retraining, as it is deployed. */
export interface RetrainingSchedule {
  readonly expression: string;
  readonly timeZone: string;
  readonly isOn: boolean;
}

/** Reads the schedule; undefined when it was deleted. */
export async function readSchedule(stack: StackReader): Promise<RetrainingSchedule | undefined> {
  const Name = physicalName(stack, scheduleParts.retraining);
  const GroupName = physicalName(stack, parts.scheduleGroup);
  const request = stack.call("scheduler", "GetSchedule", { Name, GroupName });
  const found = await ignoreNotFound(request, "ResourceNotFoundException");
  const { ScheduleExpression: expression = "", ScheduleExpressionTimezone: timeZone = "UTC", State } = found ?? {};
  return found && { expression, timeZone, isOn: State !== "DISABLED" };
}
