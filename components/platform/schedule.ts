import * as iam from "@pulumi/aws/iam";
import * as scheduler from "@pulumi/aws/scheduler";
import type * as pulumi from "@pulumi/pulumi";
import type { Foundation } from "../platform/foundation";
import { allow, assumedBy, policyDocument } from "../support/policy";

export interface ScheduleArgs {
  foundation: Foundation;
  /** The stack's schedule group. */
  group: pulumi.Input<string>;
  /** End of the physical names: `retraining-schedule`. */
  part: string;
  description: string;
  /** `rate(…)` or `cron(…)`. */
  expression: string;
  /** For `cron`; UTC without it. */
  timeZone?: string | undefined;
  target: pulumi.Input<string>;
  /** JSON text; `<aws.scheduler.scheduled-time>` in it stands for the time of the run. @default an empty object */
  input?: string | undefined;
  /** What the schedule does to its target, and all that its role allows: `states:StartExecution`. */
  action: string;
}

/**
 * Starts a target by the clock, under a role of its own, in a group of its own whose metrics tell when that fails.
 * @example
 * schedule(name, { foundation, part: "model-age-schedule", description: "Reports the age of the serving models",
 *   expression: "rate(1 hour)", target: report.arn, action: "lambda:InvokeFunction" }, this)
 */
export function schedule(name: string, args: ScheduleArgs, parent: pulumi.Resource): void {
  const { foundation, target } = args;
  const physical = foundation.name(args.part);
  const role = new iam.Role(
    `${name}-schedule-role`,
    {
      name: physical,
      assumeRolePolicy: assumedBy("scheduler.amazonaws.com", foundation.accountId),
      tags: foundation.tags,
    },
    { parent },
  );
  const policy = new iam.RolePolicy(
    `${name}-schedule-policy`,
    { role: role.name, policy: policyDocument([allow([args.action], target)]) },
    { parent },
  );
  new scheduler.Schedule(
    `${name}-schedule`,
    {
      name: physical,
      groupName: args.group,
      description: args.description,
      scheduleExpression: args.expression,
      scheduleExpressionTimezone: args.timeZone,
      flexibleTimeWindow: { mode: "OFF" },
      target: { arn: target, roleArn: role.arn, input: args.input ?? "{}" },
    },
    { parent, dependsOn: policy },
  );
}
