import type { CreateScheduleInput } from "@aws-sdk/client-scheduler";
import { Fault, notImplemented } from "../../../aws/fault";
import type { Caller, Host } from "../../../host/service";
import { type Schedule as Expression, parseSchedule } from "../../../languages/cron";
import { isTimeZone } from "../../../languages/schedule-expression";
import { assumeTargetRole } from "../runs/role";
import { checkTarget } from "../runs/target";
import type { Settings } from "./schedule";

const invalid = (message: string) => new Fault("ValidationException", message);

/** AWS's defaults of a target's retry policy: as often as a day allows. */
const standardRetry = { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 };

/** Reads and checks what CreateSchedule and UpdateSchedule share. */
export function readSettings(
  host: Host,
  caller: Caller,
  group: string,
  input: Omit<CreateScheduleInput, "Name" | "GroupName">,
): Settings {
  const { ScheduleExpression: expression = "", ScheduleExpressionTimezone: timezone = "UTC" } = input;
  const { Target, Description: description } = input;
  refuseOthers(input);
  const parsed = readExpression(expression);
  if (!isTimeZone(timezone)) throw invalid(`Invalid Schedule Expression Timezone ${timezone}.`);
  const target = {
    ...Target,
    Arn: Target?.Arn ?? "",
    RoleArn: Target?.RoleArn ?? "",
    RetryPolicy: { ...standardRetry, ...Target?.RetryPolicy },
  };
  checkTarget(target);
  checkRole(host, caller, target.RoleArn, group);
  return {
    expression,
    parsed,
    timezone,
    target,
    state: input.State ?? "ENABLED",
    ...(description !== undefined && { description }),
  };
}

function readExpression(expression: string): Expression {
  try {
    return parseSchedule(expression);
  } catch {
    // Without a reason, as recorded on AWS: localstack's snapshot
    // tests_create_schedule_with_invalid_schedule_expression.
    throw invalid(`Invalid Schedule Expression ${expression}.`);
  }
}

/** Refuses what this account does not act on. */
function refuseOthers(input: Omit<CreateScheduleInput, "Name" | "GroupName">): void {
  for (const member of ["KmsKeyArn", "StartDate", "EndDate"] as const) {
    if (input[member] !== undefined) throw notImplemented(`scheduler: a schedule with ${member}`);
  }
  if (input.FlexibleTimeWindow?.Mode === "FLEXIBLE") throw notImplemented("scheduler: a flexible time window");
  if (input.ActionAfterCompletion === "DELETE") throw notImplemented("scheduler: ActionAfterCompletion DELETE");
}

function checkRole(host: Host, caller: Caller, roleArn: string, group: string): void {
  try {
    assumeTargetRole(host, caller, roleArn, { group, sessionName: "create" });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw invalid("The execution role you provide must allow AWS EventBridge Scheduler to assume the role.");
  }
}
