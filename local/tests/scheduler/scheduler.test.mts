import { type CreateScheduleCommandInput, Scheduler } from "@aws-sdk/client-scheduler";
import { SFN } from "@aws-sdk/client-sfn";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Fault } from "../../account/aws/fault.ts";
import { type Account, startAccount } from "../../account.ts";
import { sdk } from "../support/aws.ts";
import { createRole, trustSource } from "../support/roles.ts";
import { createMachine, scriptTopics, startsOf } from "../support/targets.ts";

const start = Date.parse("2026-03-01T00:00:00Z");
const hour = 3_600_000;
let account: Account;
let scheduler: Scheduler;
let states: SFN;
let machineArn: string;
let roleArn: string;
const dropped: string[] = [];

beforeEach(async () => {
  account = await startAccount({ speed: 0, start });
  scheduler = new Scheduler(sdk(account));
  states = new SFN(sdk(account));
  dropped.length = 0;
  account.host.on("metric", ({ name }) => name === "InvocationDroppedCount" && dropped.push(name));
  machineArn = await createMachine(account, states, "nightly");
  roleArn = await role("scheduler", "scheduler.amazonaws.com", "states:StartExecution");
});
afterEach(async () => {
  for (const client of [scheduler, states]) client.destroy();
  await account.close();
});

const role = (name: string, service: string, Action?: string) =>
  createRole(account, name, service, Action === undefined ? [] : [{ Action, Resource: "*" }]);

const settings = (more: Partial<CreateScheduleCommandInput> = {}): CreateScheduleCommandInput => ({
  Name: "daily",
  ScheduleExpression: "cron(0 2 * * ? *)",
  FlexibleTimeWindow: { Mode: "OFF" },
  Target: { Arn: machineArn, RoleArn: roleArn },
  ...more,
});
const create = (more: Partial<CreateScheduleCommandInput> = {}) => scheduler.createSchedule(settings(more));

/** When the machine was started, in hours since the account's start, oldest first. */
const starts = async () => (await startsOf(states, machineArn)).map(({ at }) => (at - start) / hour);
const inputs = async () => (await startsOf(states, machineArn)).map(({ input }) => input);

describe("runs", () => {
  test("a cron schedule starts its machine at each of its times", async () => {
    await create({ ScheduleExpressionTimezone: "Europe/Berlin" });
    await account.clock.advance(48 * hour);
    expect(await starts()).toEqual([1, 25]);
  });

  test("a rate runs immediately, then at its interval", async () => {
    await create({ ScheduleExpression: "rate(2 hours)" });
    await account.clock.advance(5 * hour);
    expect(await starts()).toEqual([0, 2, 4]);
  });

  test("a disabled schedule does not run until it is enabled", async () => {
    await create({ State: "DISABLED" });
    await account.clock.advance(24 * hour);
    await scheduler.updateSchedule(settings({ State: "ENABLED" }));
    await account.clock.advance(24 * hour);
    expect(await starts()).toEqual([26]);
  });

  test("an update replaces the times, a deletion ends them", async () => {
    await create();
    await scheduler.updateSchedule(settings({ ScheduleExpression: "cron(0 5 * * ? *)" }));
    await account.clock.advance(24 * hour);
    await scheduler.deleteSchedule({ Name: "daily" });
    await account.clock.advance(24 * hour);
    expect(await starts()).toEqual([5]);
  });

  test("a target gets its Input with the context attributes, or the scheduled event without one", async () => {
    await create({ Target: { Arn: machineArn, RoleArn: roleArn, Input: '{"at":"<aws.scheduler.scheduled-time>"}' } });
    await create({ Name: "plain", ScheduleExpression: "cron(0 3 * * ? *)" });
    await account.clock.advance(4 * hour);
    expect(await inputs()).toEqual([
      { at: "2026-03-01T02:00:00Z" },
      {
        version: "0",
        id: expect.any(String),
        "detail-type": "Scheduled Event",
        source: "aws.scheduler",
        account: "000000000000",
        time: "2026-03-01T03:00:00Z",
        region: "eu-west-1",
        resources: ["arn:aws:scheduler:eu-west-1:000000000000:schedule/default/plain"],
        detail: "{}",
      },
    ]);
  });

  test("retries a throttled target", async () => {
    const throttled = new Fault("ThrottledException", "Rate exceeded", { status: 429 });
    const calls = scriptTopics(account, throttled, throttled);
    const Arn = "arn:aws:sns:eu-west-1:000000000000:topic";
    await create({ Target: { Arn, RoleArn: roleArn } });
    await account.clock.advance(3 * hour);
    expect(calls.map(({ at }) => (at - start) / 1000)).toEqual([7200, 7201, 7203]);
    expect(dropped).toEqual([]);
  });

  test("drops the run of a role without the permission", async () => {
    const powerless = await role("powerless", "scheduler.amazonaws.com");
    await create({ Target: { Arn: machineArn, RoleArn: powerless } });
    await account.clock.advance(2 * hour);
    expect(await starts()).toEqual([]);
    expect(dropped).toHaveLength(1);
  });
});

describe("the API", () => {
  test("a schedule is read as it was written, with AWS's defaults", async () => {
    const { ScheduleArn } = await create({ Description: "retrains" });
    const { $metadata, ...schedule } = await scheduler.getSchedule({ Name: "daily" });
    expect(schedule).toEqual({
      Arn: ScheduleArn,
      Name: "daily",
      GroupName: "default",
      Description: "retrains",
      ScheduleExpression: "cron(0 2 * * ? *)",
      ScheduleExpressionTimezone: "UTC",
      State: "ENABLED",
      FlexibleTimeWindow: { Mode: "OFF" },
      ActionAfterCompletion: "NONE",
      Target: {
        Arn: machineArn,
        RoleArn: roleArn,
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
      },
      CreationDate: new Date(start),
      LastModificationDate: new Date(start),
    });
  });

  test("refuses a second schedule with the same name in a group", async () => {
    await create();
    await expect(create()).rejects.toMatchObject({ name: "ConflictException" });
    await scheduler.createScheduleGroup({ Name: "other" });
    await create({ GroupName: "other" });
    const { Schedules } = await scheduler.listSchedules({ GroupName: "other" });
    expect(Schedules?.map(({ Name, GroupName }) => [Name, GroupName])).toEqual([["daily", "other"]]);
  });

  test("lists in pages", async () => {
    for (const Name of ["c", "a", "b"]) await create({ Name });
    const first = await scheduler.listSchedules({ MaxResults: 2 });
    const second = await scheduler.listSchedules({ MaxResults: 2, NextToken: first.NextToken });
    expect([first, second].map(({ Schedules }) => Schedules?.map(({ Name }) => Name))).toEqual([["a", "b"], ["c"]]);
    expect(second.NextToken).toBeUndefined();
  });

  test("a role that does not trust the Scheduler is refused", async () => {
    const RoleArn = await role("for-lambda", "lambda.amazonaws.com");
    await expect(create({ Target: { Arn: machineArn, RoleArn } })).rejects.toMatchObject({
      name: "ValidationException",
      message: "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
    });
  });

  // User guide, "Confused deputy prevention": the value must be the ARN of a schedule group, never
  // of a schedule.
  test.each([
    ["runs with a role that trusts its group", "schedule-group/default", true],
    ["is refused with a role that trusts another group", "schedule-group/other", false],
    ["is refused with a role that trusts the schedule itself", "schedule/default/daily", false],
  ])("a schedule %s", async (_, resource, trusted) => {
    const sourceArn = `arn:aws:scheduler:eu-west-1:000000000000:${resource}`;
    await trustSource(account, "scheduler", "scheduler.amazonaws.com", sourceArn);
    if (!trusted) return expect(create()).rejects.toMatchObject({ name: "ValidationException" });
    await create();
    await account.clock.advance(24 * hour);
    expect(await starts()).toEqual([2]);
  });

  test("a time zone that does not exist is refused", async () => {
    await expect(create({ ScheduleExpressionTimezone: "Europe/Atlantis" })).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining("Europe/Atlantis"),
    });
  });

  test.each<[string, Partial<CreateScheduleCommandInput>]>([
    [
      "another target",
      { Target: { Arn: "arn:aws:sqs:eu-west-1:000000000000:queue", RoleArn: "arn:aws:iam::000000000000:role/r" } },
    ],
    ["a flexible window", { FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 60 } }],
    ["a StartDate", { StartDate: new Date(start) }],
  ])("%s returns 501", async (_, more) => {
    await expect(create(more)).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
  });

  test("deleting a group deletes its schedules, and the default group remains", async () => {
    await scheduler.createScheduleGroup({ Name: "mine" });
    await create({ GroupName: "mine" });
    await scheduler.deleteScheduleGroup({ Name: "mine" });
    await account.clock.advance(24 * hour);
    expect(await starts()).toEqual([]);
    await expect(scheduler.getScheduleGroup({ Name: "mine" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    const { ScheduleGroups } = await scheduler.listScheduleGroups({});
    expect(ScheduleGroups?.map(({ Name }) => Name)).toEqual(["default"]);
  });
});
