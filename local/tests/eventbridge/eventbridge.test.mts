import { EventBridge, type Target } from "@aws-sdk/client-eventbridge";
import { SFN } from "@aws-sdk/client-sfn";
import { SNS } from "@aws-sdk/client-sns";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Account, startAccount } from "../../account/account.ts";
import { Fault } from "../../account/aws/fault.ts";
import { sdk } from "../support/aws.ts";
import { createRole, policyOf, trustSource } from "../support/roles.ts";
import { createMachine, scriptTopics, startsOf } from "../support/targets.ts";

const start = Date.parse("2026-03-01T00:00:00Z");
const machines = "arn:aws:states:eu-west-1:000000000000:stateMachine";
const topicArn = "arn:aws:sns:eu-west-1:000000000000:failures";
let account: Account;
let events: EventBridge;
let states: SFN;
let roleArn: string;
const metrics: string[] = [];

beforeEach(async () => {
  account = await startAccount({ speed: 0, start });
  events = new EventBridge(sdk(account));
  states = new SFN(sdk(account));
  metrics.length = 0;
  account.host.on("metric", ({ namespace, name, dimensions }) => {
    if (namespace === "AWS/Events") metrics.push(`${name} ${dimensions.RuleName}`);
  });
  roleArn = await role("events", "events.amazonaws.com", "states:StartExecution");
});
afterEach(async () => {
  for (const client of [events, states]) client.destroy();
  await account.close();
});

const role = (name: string, service: string, Action?: string) =>
  createRole(account, name, service, Action === undefined ? [] : [{ Action, Resource: "*" }]);

/** Creates a rule with one target, a state machine whose executions keep their inputs. */
async function rule(Name: string, fields: object, target: Partial<Target> = {}): Promise<void> {
  const Arn = await createMachine(account, states, Name);
  await events.putRule({ Name, ...fields });
  const Targets = [{ Id: "machine", Arn, RoleArn: roleArn, ...target }];
  await events.putTargets({ Rule: Name, Targets });
}

/** The inputs of the machine's executions so far, oldest first. */
async function received(name: string): Promise<unknown[]> {
  await account.clock.advance(0);
  return (await startsOf(states, `${machines}:${name}`)).map(({ input }) => input);
}

const put = (Detail: object, more: object = {}) =>
  events.putEvents({
    Entries: [{ Source: "shelter", DetailType: "Adopted", Detail: JSON.stringify(Detail), ...more }],
  });
const adopted = { EventPattern: JSON.stringify({ source: ["shelter"], detail: { kind: ["cat"] } }) };

describe("events", () => {
  test("delivers a matching event in its envelope, and no other event", async () => {
    await rule("cats", adopted);
    const { Entries } = await put({ kind: "cat" }, { Resources: ["arn:pet"], Time: new Date(start + 1000) });
    await put({ kind: "dog" });
    expect(await received("cats")).toEqual([
      {
        version: "0",
        id: Entries?.[0]?.EventId,
        "detail-type": "Adopted",
        source: "shelter",
        account: "000000000000",
        time: "2026-03-01T00:00:01Z",
        region: "eu-west-1",
        resources: ["arn:pet"],
        detail: { kind: "cat" },
      },
    ]);
    expect(metrics).toEqual(["Invocations cats"]);
  });

  test("sends an event for a failed execution", async () => {
    const failing = await createMachine(account, states, "failing", { A: { Type: "Fail", Error: "Training.Failed" } });
    const detail = { stateMachineArn: [failing], status: ["FAILED", "TIMED_OUT", "ABORTED"] };
    const pattern = { source: ["aws.states"], "detail-type": ["Step Functions Execution Status Change"], detail };
    await rule("failures", { EventPattern: JSON.stringify(pattern) });
    await states.startExecution({ stateMachineArn: failing });
    expect(await received("failures")).toMatchObject([{ detail: { status: "FAILED", error: "Training.Failed" } }]);
  });

  test("a disabled rule delivers nothing until it is enabled", async () => {
    await rule("cats", { ...adopted, State: "DISABLED" });
    await put({ kind: "cat", n: 1 });
    await events.enableRule({ Name: "cats" });
    await put({ kind: "cat", n: 2 });
    await events.disableRule({ Name: "cats" });
    await put({ kind: "cat", n: 3 });
    expect(await received("cats")).toMatchObject([{ detail: { n: 2 } }]);
  });

  test("an invalid entry does not affect the others", async () => {
    const { FailedEntryCount, Entries } = await events.putEvents({
      Entries: [
        { Source: "aws.states", DetailType: "x", Detail: "{}" },
        { Source: "a", DetailType: "x", Detail: "[]" },
        { Source: "a", Detail: "{}" },
        { Source: "a", DetailType: "x", Detail: "{}" },
      ],
    });
    expect(FailedEntryCount).toBe(3);
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      "NotAuthorizedForSourceException",
      "MalformedDetail",
      "InvalidArgument",
      undefined,
    ]);
  });

  test("TestEventPattern evaluates one event", async () => {
    const event = { id: "1", account: "1", source: "s", time: "t", region: "r", resources: [], "detail-type": "d" };
    const ask = (EventPattern: string) => events.testEventPattern({ EventPattern, Event: JSON.stringify(event) });
    expect((await ask('{"source":["s"]}')).Result).toBe(true);
    expect((await ask('{"source":["t"]}')).Result).toBe(false);
    await expect(ask('{"source":"s"}')).rejects.toMatchObject({
      name: "InvalidEventPatternException",
      message: 'Event pattern is not valid. Reason: "source" must be an object or an array',
    });
  });
});

describe("input", () => {
  test("Input replaces the event", async () => {
    await rule("cats", adopted, { Input: '{"fixed":true}' });
    await put({ kind: "cat" });
    expect(await received("cats")).toEqual([{ fixed: true }]);
  });

  test("InputPath selects a part of the event", async () => {
    await rule("cats", adopted, { InputPath: "$.detail" });
    await put({ kind: "cat" });
    expect(await received("cats")).toEqual([{ kind: "cat" }]);
  });

  test("InputTransformer fills a template: JSON outside quotes, text inside", async () => {
    const InputTransformer = {
      InputPathsMap: { kind: "$.detail.kind", all: "$.detail", first: "$.resources[0]", none: "$.detail.none" },
      InputTemplate:
        '{"kind": <kind>, "all": <all>, "text": "a <kind> by <aws.events.rule-name> of <first><none>", "none": <none>}',
    };
    await rule("cats", adopted, { InputTransformer });
    await put({ kind: "cat", n: 1 }, { Resources: ['a "quoted" pet'] });
    expect(await received("cats")).toEqual([
      { kind: "cat", all: { kind: "cat", n: 1 }, text: 'a cat by cats of a "quoted" pet', none: "" },
    ]);
  });

  test("a template that multiplies a large value fails the delivery", async () => {
    const InputTransformer = { InputPathsMap: { all: "$.detail" }, InputTemplate: `[${"<all>,".repeat(1000)}1]` };
    await rule("cats", adopted, { InputTransformer });
    await put({ kind: "cat", text: "x".repeat(100_000) });
    await account.clock.advance(0);
    expect(metrics).toContain("FailedInvocations cats");
  });

  test.each<[string, Partial<Target>, string]>([
    ["two kinds of input", { Input: "{}", InputPath: "$" }, "Only one of Input, InputPath, or InputTransformer"],
    ["an Input that is not JSON", { Input: "{" }, "JSON syntax error in input"],
    ["an invalid path", { InputPath: "detail" }, "Invalid InputPath detail"],
    ["a template that is not JSON", { InputTransformer: { InputTemplate: "plain" } }, "Invalid InputTemplate"],
    ["a variable without a path", { InputTransformer: { InputTemplate: '"<pet>"' } }, "placeholder pet."],
    ["a machine without a role", { RoleArn: undefined }, "RoleArn is required"],
  ])("%s is refused", async (_, target, problem) => {
    await expect(rule("cats", adopted, target)).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining(problem),
    });
  });
});

describe("schedules", () => {
  test("a rate starts its target after each interval", async () => {
    await rule("hourly", { ScheduleExpression: "rate(1 hour)" });
    await account.clock.advance(2.5 * 3_600_000);
    expect(await received("hourly")).toMatchObject(
      ["2026-03-01T01:00:00Z", "2026-03-01T02:00:00Z"].map((time) => ({
        time,
        source: "aws.events",
        "detail-type": "Scheduled Event",
        resources: ["arn:aws:events:eu-west-1:000000000000:rule/hourly"],
        detail: {},
      })),
    );
  });

  test("cron runs in UTC", async () => {
    await rule("nightly", { ScheduleExpression: "cron(30 2 * * ? *)" });
    await account.clock.advance(86_400_000);
    expect(await received("nightly")).toMatchObject([{ time: "2026-03-01T02:30:00Z" }]);
  });

  test.each(["rate(1 hours)", "rate(2 hour)", "at(2026-03-01T00:00:00)", "cron(0 2 * * *)"])(
    "%s is refused",
    async (ScheduleExpression) => {
      await expect(events.putRule({ Name: "r", ScheduleExpression })).rejects.toMatchObject({
        name: "ValidationException",
        message: "Parameter ScheduleExpression is not valid.",
      });
    },
  );
});

describe("delivery", () => {
  const toTopic = async (more: Partial<Target> = {}) => {
    await events.putRule({ Name: "cats", ...adopted });
    await events.putTargets({ Rule: "cats", Targets: [{ Id: "t", Arn: topicArn, ...more }] });
    await put({ kind: "cat" });
    await account.clock.advance(3_600_000);
  };

  test("calls a topic as the EventBridge service", async () => {
    const calls = scriptTopics(account);
    await toTopic({ Input: '"adopted"' });
    expect(calls).toEqual([{ at: start, who: "events.amazonaws.com", message: '"adopted"' }]);
  });

  test.each([
    ["a topic whose policy lets this rule publish", "rule/cats", ["Invocations cats"]],
    ["a topic whose policy lets another rule publish", "rule/dogs", ["Invocations cats", "FailedInvocations cats"]],
  ])("%s", async (_, allowed, expected) => {
    const topics = new SNS(sdk(account));
    const condition = { ArnEquals: { "aws:SourceArn": `arn:aws:events:eu-west-1:000000000000:${allowed}` } };
    const principal = { Principal: { Service: "events.amazonaws.com" }, Action: "sns:Publish", Resource: topicArn };
    const Policy = policyOf([{ Effect: "Allow", ...principal, Condition: condition }]);
    await topics.createTopic({ Name: "failures", Attributes: { Policy } });
    await toTopic();
    expect(metrics).toEqual(expected);
  });

  test("retries a throttled target on the clock", async () => {
    const throttled = new Fault("ThrottledException", "Rate exceeded", { status: 429 });
    const calls = scriptTopics(account, throttled, throttled);
    await toTopic();
    expect(calls.map(({ at }) => (at - start) / 1000)).toEqual([0, 1, 3]);
    expect(metrics).toEqual(["Invocations cats"]);
  });

  test("does not retry a refused call", async () => {
    const calls = scriptTopics(account, new Fault("AuthorizationError", "no", { status: 403 }));
    await toTopic();
    expect(calls).toHaveLength(1);
    expect(metrics).toEqual(["Invocations cats", "FailedInvocations cats"]);
  });

  test("retries at most as often as the retry policy allows", async () => {
    const throttled = new Fault("ThrottledException", "Rate exceeded", { status: 429 });
    const calls = scriptTopics(account, throttled, throttled, throttled);
    await toTopic({ RetryPolicy: { MaximumRetryAttempts: 1 } });
    expect(calls).toHaveLength(2);
    expect(metrics).toEqual(["Invocations cats", "FailedInvocations cats"]);
  });
});

describe("the API", () => {
  test("reads rules as they were written, and lists them by prefix", async () => {
    await events.putRule({ Name: "a-1", Description: "first", ...adopted });
    await events.putRule({ Name: "b-1", ...adopted });
    const { $metadata, ...described } = await events.describeRule({ Name: "a-1" });
    expect(described).toEqual({
      Name: "a-1",
      Arn: "arn:aws:events:eu-west-1:000000000000:rule/a-1",
      State: "ENABLED",
      EventBusName: "default",
      Description: "first",
      CreatedBy: "000000000000",
      ...adopted,
    });
    const { Rules } = await events.listRules({ NamePrefix: "a" });
    expect(Rules?.map(({ Name }) => Name)).toEqual(["a-1"]);
  });

  test("deletes a rule only without targets", async () => {
    await rule("cats", adopted);
    await expect(events.deleteRule({ Name: "cats" })).rejects.toMatchObject({
      name: "ValidationException",
      message: "Rule can't be deleted since it has targets.",
    });
    const { Targets } = await events.listTargetsByRule({ Rule: "cats" });
    expect(Targets).toEqual([{ Id: "machine", Arn: `${machines}:cats`, RoleArn: roleArn }]);
    await events.removeTargets({ Rule: "cats", Ids: ["machine"] });
    await events.deleteRule({ Name: "cats" });
    await expect(events.describeRule({ Name: "cats" })).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("sets, lists and removes tags", async () => {
    const { RuleArn: ResourceARN } = await events.putRule({
      Name: "tagged",
      ...adopted,
      Tags: [{ Key: "a", Value: "1" }],
    });
    await events.tagResource({ ResourceARN, Tags: [{ Key: "b", Value: "2" }] });
    const { Tags } = await events.listTagsForResource({ ResourceARN });
    expect(Tags).toEqual([
      { Key: "a", Value: "1" },
      { Key: "b", Value: "2" },
    ]);
  });

  test("limits a pattern to 2,048 characters", async () => {
    const pattern = (length: number) => JSON.stringify({ source: ["x".repeat(length - 15)] });
    expect(pattern(2_048)).toHaveLength(2_048);
    await events.putRule({ Name: "long", EventPattern: pattern(2_048) });
    await expect(events.putRule({ Name: "long", EventPattern: pattern(2_049) })).rejects.toMatchObject({
      name: "LimitExceededException",
    });
  });

  test("refuses a sixth target", async () => {
    const Targets = ["1", "2", "3", "4", "5", "6"].map((Id) => ({ Id, Arn: topicArn }));
    await events.putRule({ Name: "many", ...adopted });
    await expect(events.putTargets({ Rule: "many", Targets })).rejects.toMatchObject({
      name: "LimitExceededException",
    });
  });

  test("refuses a role that EventBridge may not assume", async () => {
    const RoleArn = await role("for-lambda", "lambda.amazonaws.com");
    await expect(rule("cats", adopted, { RoleArn })).rejects.toMatchObject({
      name: "ValidationException",
      message: `Provided role '${RoleArn}' cannot be assumed by principal 'events.amazonaws.com'.`,
    });
  });

  test("a role can trust EventBridge for one rule only", async () => {
    const name = roleArn.split("/").at(-1) ?? "";
    await trustSource(account, name, "events.amazonaws.com", "arn:aws:events:eu-west-1:000000000000:rule/cats");
    await rule("cats", adopted);
    await expect(rule("dogs", adopted)).rejects.toMatchObject({ name: "ValidationException" });
  });

  test("another bus does not exist, and another kind of target returns 501", async () => {
    await expect(events.putRule({ Name: "r", EventBusName: "mine", ...adopted })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await events.putRule({ Name: "r", ...adopted });
    const Targets = [{ Id: "q", Arn: "arn:aws:sqs:eu-west-1:000000000000:q" }];
    await expect(events.putTargets({ Rule: "r", Targets })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
    });
  });
});
