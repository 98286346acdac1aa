import { EventBridge } from "@aws-sdk/client-eventbridge";
import { SFN } from "@aws-sdk/client-sfn";
import { SNS } from "@aws-sdk/client-sns";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Fault } from "../../account/aws/fault.ts";
import { type Account, startAccount } from "../../account.ts";
import { sdk } from "../support/aws.ts";
import { policyOf } from "../support/roles.ts";
import { createMachine, scriptTopics } from "../support/targets.ts";

const start = Date.parse("2026-03-01T00:00:00Z");
const topicArn = "arn:aws:sns:eu-west-1:000000000000:failures";
let account: Account;
let events: EventBridge;
const metrics: string[] = [];

beforeEach(async () => {
  account = await startAccount({ speed: 0, start });
  events = new EventBridge(sdk(account));
  metrics.length = 0;
  account.host.on("metric", ({ namespace, name, dimensions }) => {
    if (namespace === "AWS/Events") metrics.push(`${name} ${dimensions.RuleName}`);
  });
});
afterEach(async () => {
  events.destroy();
  await account.close();
});

/** An event of a service of the account. */
const emit = (detail: object) =>
  account.host.emit("event", {
    account: "000000000000",
    region: "eu-west-1",
    source: "shelter",
    detailType: "Adopted",
    resources: ["arn:pet"],
    detail,
  });
const adopted = { EventPattern: JSON.stringify({ source: ["shelter"], detail: { kind: ["cat"] } }) };

/** Creates a rule with one target, the topic. */
async function putRule(Name = "cats", fields: object = adopted): Promise<void> {
  await events.putRule({ Name, ...fields });
  await events.putTargets({ Rule: Name, Targets: [{ Id: "topic", Arn: topicArn }] });
}

describe("events", () => {
  test("delivers a matching event in its envelope as the EventBridge service, and no other event", async () => {
    const calls = scriptTopics(account);
    await putRule();
    emit({ kind: "cat" });
    emit({ kind: "dog" });
    await account.clock.advance(0);
    expect(calls).toMatchObject([{ at: start, principal: { arn: "events.amazonaws.com" } }]);
    expect(JSON.parse(String(calls[0]?.input.Message))).toEqual({
      version: "0",
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      "detail-type": "Adopted",
      source: "shelter",
      account: "000000000000",
      time: "2026-03-01T00:00:00Z",
      region: "eu-west-1",
      resources: ["arn:pet"],
      detail: { kind: "cat" },
    });
    expect(metrics).toEqual(["Invocations cats"]);
  });

  test("sends an event for a failed execution", async () => {
    const calls = scriptTopics(account);
    const states = new SFN(sdk(account));
    const failing = await createMachine(account, states, "failing", { A: { Type: "Fail", Error: "Training.Failed" } });
    const detail = { stateMachineArn: [failing], status: ["FAILED", "TIMED_OUT", "ABORTED"] };
    const pattern = { source: ["aws.states"], "detail-type": ["Step Functions Execution Status Change"], detail };
    await putRule("failures", { EventPattern: JSON.stringify(pattern) });
    await states.startExecution({ stateMachineArn: failing });
    await account.clock.advance(0);
    expect(calls.map(({ input }) => JSON.parse(String(input.Message)))).toMatchObject([
      { detail: { status: "FAILED", error: "Training.Failed" } },
    ]);
    states.destroy();
  });

  test("a disabled rule delivers nothing", async () => {
    const calls = scriptTopics(account);
    await putRule("cats", { ...adopted, State: "DISABLED" });
    emit({ kind: "cat" });
    await account.clock.advance(0);
    expect(calls).toEqual([]);
  });
});

describe("delivery", () => {
  const deliver = async () => {
    await putRule();
    emit({ kind: "cat" });
    await account.clock.advance(3_600_000);
  };

  test.each([
    ["a topic whose policy lets this rule publish", "rule/cats", ["Invocations cats"]],
    ["a topic whose policy lets another rule publish", "rule/dogs", ["Invocations cats", "FailedInvocations cats"]],
  ])("%s", async (_, allowed, expected) => {
    const topics = new SNS(sdk(account));
    const condition = { ArnEquals: { "aws:SourceArn": `arn:aws:events:eu-west-1:000000000000:${allowed}` } };
    const principal = { Principal: { Service: "events.amazonaws.com" }, Action: "sns:Publish", Resource: topicArn };
    const Policy = policyOf([{ Effect: "Allow", ...principal, Condition: condition }]);
    await topics.createTopic({ Name: "failures", Attributes: { Policy } });
    await deliver();
    expect(metrics).toEqual(expected);
  });

  test("retries a throttled topic on the clock", async () => {
    const throttled = new Fault("ThrottledException", "Rate exceeded", { status: 429 });
    const calls = scriptTopics(account, throttled, throttled);
    await deliver();
    expect(calls.map(({ at }) => (at - start) / 1000)).toEqual([0, 1, 3]);
    expect(metrics).toEqual(["Invocations cats"]);
  });

  test("does not retry a refused call", async () => {
    const calls = scriptTopics(account, new Fault("AuthorizationError", "no", { status: 403 }));
    await deliver();
    expect(calls).toHaveLength(1);
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
    await putRule();
    await expect(events.deleteRule({ Name: "cats" })).rejects.toMatchObject({ name: "ValidationException" });
    const { Targets } = await events.listTargetsByRule({ Rule: "cats" });
    expect(Targets).toEqual([{ Id: "topic", Arn: topicArn }]);
    await events.removeTargets({ Rule: "cats", Ids: ["topic"] });
    await events.deleteRule({ Name: "cats" });
    await expect(events.describeRule({ Name: "cats" })).rejects.toMatchObject({ name: "ResourceNotFoundException" });
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

  test("a pattern that is not valid is refused with its reason", async () => {
    await expect(events.putRule({ Name: "wrong", EventPattern: '{"source":"s"}' })).rejects.toMatchObject({
      name: "InvalidEventPatternException",
      message: expect.stringContaining('"source" must be an object or an array'),
    });
  });

  test("another bus does not exist, and other targets and schedules return 501", async () => {
    await expect(events.putRule({ Name: "r", EventBusName: "mine", ...adopted })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    const notThere = { $metadata: { httpStatusCode: 501 } };
    await expect(events.putRule({ Name: "r", ScheduleExpression: "rate(1 day)" })).rejects.toMatchObject(notThere);
    await events.putRule({ Name: "r", ...adopted });
    for (const target of [{ Arn: "arn:aws:sqs:eu-west-1:000000000000:queue" }, { Arn: topicArn, Input: '"adopted"' }]) {
      const put = events.putTargets({ Rule: "r", Targets: [{ Id: "t", ...target }] });
      await expect(put).rejects.toMatchObject(notThere);
    }
  });
});

test("tags of the default bus return 501, and another bus does not exist", async () => {
  const ResourceARN = "arn:aws:events:eu-west-1:000000000000:event-bus/default";
  const missing = { name: "NotImplemented", $metadata: { httpStatusCode: 501 } };
  await expect(events.listTagsForResource({ ResourceARN })).rejects.toMatchObject(missing);
  await expect(events.tagResource({ ResourceARN, Tags: [{ Key: "a", Value: "b" }] })).rejects.toMatchObject(missing);
  // Recorded: localstack's snapshot test_recreate_tagged_resource_without_tags.
  await expect(
    events.listTagsForResource({ ResourceARN: ResourceARN.replace("default", "mine") }),
  ).rejects.toMatchObject({ name: "ResourceNotFoundException", message: "Event bus mine does not exist." });
});
