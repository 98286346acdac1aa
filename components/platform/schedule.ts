import * as scheduler from "@pulumi/aws/scheduler";
import * as pulumi from "@pulumi/pulumi";
import type { SchedulePart } from "../../names/layout";
import type { Foundation } from "../platform/foundation";
import { allow } from "../support/policy";
import { createServiceRole } from "./service-role";

export interface ScheduleArgs {
  foundation: Foundation;
  /** Name of the stack's schedule group. */
  groupName: pulumi.Input<string>;
  /** End of the physical names: `retraining-schedule`. */
  part: SchedulePart;
  description: string;
  scheduleExpression: string;
  /** For `cron`. @default UTC */
  scheduleExpressionTimezone?: string;
  target: pulumi.Input<string>;
  /**
   * JSON text; the service replaces `<aws.scheduler.scheduled-time>` in it by the time of the run.
   * @default `{}`
   */
  input?: string;
  /** Keeps the schedule, and starts nothing. */
  asleep?: boolean;
  /** The action on the target, and the only one that the role allows: `states:StartExecution`. */
  action: string;
}

/**
 * Creates a schedule that starts a target, with a separate role. The metrics of the group show when
 * that fails.
 */
export function createSchedule(name: string, args: ScheduleArgs, parent: pulumi.Resource): scheduler.Schedule {
  const { foundation, target } = args;
  const physical = foundation.name(args.part);
  const role = createServiceRole(
    `${name}-schedule`,
    {
      foundation,
      roleName: physical,
      trust: foundation.createTrust("scheduler", pulumi.interpolate`schedule-group/${args.groupName}`),
      statements: [allow([args.action], target)],
    },
    parent,
  );
  return new scheduler.Schedule(
    `${name}-schedule`,
    {
      name: physical,
      groupName: args.groupName,
      description: args.description,
      scheduleExpression: args.scheduleExpression,
      scheduleExpressionTimezone: args.scheduleExpressionTimezone,
      flexibleTimeWindow: { mode: "OFF" },
      state: args.asleep ? "DISABLED" : "ENABLED",
      target: { arn: target, roleArn: role.arn, input: args.input ?? "{}" },
    },
    { parent, dependsOn: role.policy },
  );
}
