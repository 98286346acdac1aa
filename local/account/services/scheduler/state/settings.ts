import type { CreateScheduleInput } from "@aws-sdk/client-scheduler";
import { Fault, notImplemented } from "../../../aws/fault";
import type { Caller, Host } from "../../../host/service";
import { type Schedule as Expression, isTimezone, parseSchedule } from "../../../languages/cron";
import { assumeTargetRole } from "../runs/role";
import { checkTarget } from "../runs/target";
import type { Settings } from "./schedule";

const invalid = (message: string) => new Fault("ValidationException", message);

/** The furthest in the past that a schedule may begin (user guide, "Creating a schedule", start date). */
const oldestStart = 5 * 60_000;

/** AWS's defaults of a target's retry policy: as often as a day allows. */
const standardRetry = { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 };

/** Reads and checks what CreateSchedule and UpdateSchedule share. */
export async function readSettings(
  host: Host,
  caller: Caller,
  group: string,
  input: Omit<CreateScheduleInput, "Name" | "GroupName">,
): Promise<Settings> {
  const { ScheduleExpression: expression = "", ScheduleExpressionTimezone: timezone = "UTC" } = input;
  const { Target, StartDate: startDate, EndDate: endDate, Description: description } = input;
  if (input.KmsKeyArn !== undefined) throw notImplemented("scheduler: a schedule with KmsKeyArn");
  const parsed = readExpression(expression);
  if (!isTimezone(timezone)) throw invalid(`Invalid Schedule Expression Timezone ${timezone}.`);
  if (startDate && startDate.getTime() < host.clock.now() - oldestStart) {
    throw invalid("The StartDate you specify cannot be earlier than 5 minutes ago.");
  }
  if (startDate && endDate && startDate >= endDate) throw invalid("StartDate must be earlier than EndDate.");
  const target = {
    ...Target,
    Arn: Target?.Arn ?? "",
    RoleArn: Target?.RoleArn ?? "",
    RetryPolicy: { ...standardRetry, ...Target?.RetryPolicy },
  };
  await checkTarget(target);
  checkRole(host, caller, target.RoleArn, group);
  return {
    ...{ expression, parsed, timezone, target, window: readWindow(input.FlexibleTimeWindow) },
    state: input.State ?? "ENABLED",
    afterCompletion: input.ActionAfterCompletion ?? "NONE",
    ...(description !== undefined && { description }),
    ...(startDate && { startDate }),
    ...(endDate && { endDate }),
  };
}

function readExpression(expression: string): Expression {
  try {
    return parseSchedule(expression);
  } catch {
    // Without a reason, as recorded on AWS: localstack's snapshot tests_create_schedule_with_invalid_schedule_expression.
    throw invalid(`Invalid Schedule Expression ${expression}.`);
  }
}

function readWindow(window: CreateScheduleInput["FlexibleTimeWindow"]): Settings["window"] {
  const { Mode = "OFF", MaximumWindowInMinutes: minutes } = window ?? {};
  if (Mode === "FLEXIBLE" && minutes === undefined) {
    throw invalid("MaximumWindowInMinutes must be provided when the FlexibleTimeWindow mode is FLEXIBLE.");
  }
  if (Mode === "OFF" && minutes !== undefined) {
    throw invalid("MaximumWindowInMinutes must not be provided when the FlexibleTimeWindow mode is OFF.");
  }
  return { Mode, ...(minutes !== undefined && { MaximumWindowInMinutes: minutes }) };
}

function checkRole(host: Host, caller: Caller, roleArn: string, group: string): void {
  try {
    assumeTargetRole(host, caller, roleArn, { group, sessionName: "create" });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw invalid("The execution role you provide must allow AWS EventBridge Scheduler to assume the role.");
  }
}
