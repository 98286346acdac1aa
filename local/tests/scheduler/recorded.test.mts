import { Scheduler } from "@aws-sdk/client-scheduler";
import { expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

const account = await openAccount();
const scheduler = new Scheduler(sdk(account));

// Recorded on AWS: tests_create_schedule_with_invalid_schedule_expression of localstack's
// tests/aws/services/scheduler.
test.each([
  "cron(0 1 * * * *)",
  "cron(7 20 * * NOT *)",
  "cron(INVALID)",
  "cron(0 dummy ? * MON-FRI *)",
  "cron(71 8 1 * ? *)",
  "cron()",
  "rate(10 seconds)",
  "rate(10 years)",
  "rate()",
  "rate(10)",
  "rate(10 minutess)",
  "rate(foo minutes)",
  "rate(-10 minutes)",
  "rate( 10 minutes )",
  " rate(10 minutes)",
  "at(2021-12-31T23:59:59Z)",
  "at(2021-12-31)",
])("the expression %j is refused without a reason", async (ScheduleExpression) => {
  await expect(
    scheduler.createSchedule({
      Name: "invalid",
      ScheduleExpression,
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: "arn:aws:lambda:eu-west-1:000000000000:function:f", RoleArn: "arn:aws:iam::000000000000:role/r" },
    }),
  ).rejects.toMatchObject({
    name: "ValidationException",
    message: `Invalid Schedule Expression ${ScheduleExpression}.`,
  });
});
