import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { Lambda } from "@aws-sdk/client-lambda";
import { describe, expect, test } from "vitest";
import { sdk } from "../../support/aws.ts";
import { createRole, sessionWith } from "../../support/roles.ts";
import { writeReturning } from "../functions.mts";
import { failOn, openConsumers, second } from "./consumers.mts";

const on = await openConsumers();

test("keeps the checkpoint when it is disabled and enabled", async () => {
  const { name, UUID } = await on.consume("");
  await on.put(name, "1");
  await on.lambda.updateEventSourceMapping({ UUID, Enabled: false });
  await on.account.clock.advance(second);
  await on.put(name, "2");
  expect((await on.lambda.getEventSourceMapping({ UUID })).State).toBe("Disabled");
  expect(await on.batches(name)).toEqual([["1"]]);
  await on.lambda.updateEventSourceMapping({ UUID, Enabled: true });
  await on.account.clock.advance(second);
  expect(await on.batches(name)).toEqual([["1"], ["2"]]);
});

test("a deleted mapping does not exist and stops reading", async () => {
  const { name, UUID } = await on.consume("");
  await on.lambda.deleteEventSourceMapping({ UUID });
  await on.account.clock.advance(second);
  await on.put(name, "1");
  const { EventSourceMappings } = await on.lambda.listEventSourceMappings({ FunctionName: name });
  expect(EventSourceMappings).toEqual([]);
  expect(await on.batches(name)).toEqual([]);
});

test("refuses a role that may not read the stream at creation", async () => {
  const name = "blind-consumer";
  const Role = await createRole(on.account, "blind", "lambda.amazonaws.com");
  await on.kinesis.createStream({ StreamName: name, ShardCount: 1 });
  await on.create(name, writeReturning(1), { Role });
  await on.account.clock.advance(2 * second);
  await expect(
    on.lambda.createEventSourceMapping({
      FunctionName: name,
      EventSourceArn: `arn:aws:kinesis:eu-west-1:000000000000:stream/${name}`,
      StartingPosition: "LATEST",
    }),
  ).rejects.toMatchObject({
    name: "InvalidParameterValueException",
    message: expect.stringContaining("kinesis:GetRecords"),
  });
});

test("refuses a role that may not use the destination at creation", async () => {
  const unknown = on.consume("", {
    DestinationConfig: { OnFailure: { Destination: "arn:aws:s3:::absent" } },
  });
  await expect(unknown).rejects.toMatchObject({
    name: "InvalidParameterValueException",
    message: expect.stringContaining("s3:ListBucket"),
  });
});

describe("filters", () => {
  const isUpdate = (Pattern: string) => ({ Filters: [{ Pattern }] });
  const byKind = isUpdate('{"data": {"kind": ["update"]}}');

  test("only records that match are delivered; the others do not come again", async () => {
    const { name, UUID } = await on.consume("", { FilterCriteria: byKind });
    await on.put(name, '{"kind":"event"}', '{"kind":"update"}', "no JSON");
    await on.account.clock.advance(second);
    expect(await on.batches(name)).toEqual([['{"kind":"update"}']]);
    const { FilterCriteria } = await on.lambda.getEventSourceMapping({ UUID });
    expect(FilterCriteria).toEqual(byKind);

    await on.lambda.updateEventSourceMapping({ UUID, FilterCriteria: { Filters: [] } });
    await on.account.clock.advance(2 * second);
    await on.put(name, '{"kind":"event"}');
    expect(await on.batches(name)).toEqual([['{"kind":"update"}'], ['{"kind":"event"}']]);
  });

  test("a record that matches one of several passes", async () => {
    const { name } = await on.consume("", {
      FilterCriteria: { Filters: [{ Pattern: '{"data": {"kind": ["a"]}}' }, { Pattern: '{"data": {"kind": ["b"]}}' }] },
    });
    await on.put(name, '{"kind":"b"}', '{"kind":"c"}');
    await on.account.clock.advance(second);
    expect((await on.batches(name)).flat()).toEqual(['{"kind":"b"}']);
  });

  // Lambda guide, "Control which events Lambda sends to your function".
  test.each([
    ["a broken pattern", { Filters: [{ Pattern: '{"data": 1}' }] }, /Invalid filter pattern definition/],
    ["more than five", { Filters: Array(6).fill({ Pattern: '{"data": {"a": [1]}}' }) }, /limit of 5/],
  ])("refuses %s", async (_what, FilterCriteria, message) => {
    await expect(on.consume("", { FilterCriteria })).rejects.toThrow(message);
  });
});

test("counts events if EventCount is enabled", async () => {
  const { name, UUID } = await on.consume(failOn("bad"), {
    BatchSize: 1,
    MaximumRetryAttempts: 0,
    MetricsConfig: { Metrics: ["EventCount"] },
  });
  await on.put(name, "good", "bad");
  await on.account.clock.advance(60 * second);
  const cloudwatch = new CloudWatch(sdk(on.account));
  const sum = async (MetricName: string) => {
    const { Datapoints = [] } = await cloudwatch.getMetricStatistics({
      Namespace: "AWS/Lambda",
      MetricName,
      Dimensions: [{ Name: "EventSourceMappingUUID", Value: UUID }],
      StartTime: new Date(on.account.clock.now() - 3_600_000),
      EndTime: new Date(on.account.clock.now() + 60_000),
      Period: 7_200,
      Statistics: ["Sum"],
    });
    return Datapoints[0]?.Sum;
  };
  expect(await sum("PolledEventCount")).toBe(2);
  expect(await sum("InvokedEventCount")).toBe(2);
  expect(await sum("FailedInvokeEventCount")).toBe(1);
  expect(await sum("DroppedEventCount")).toBe(1);
});

// Service Authorization Reference: CreateEventSourceMapping, which has no resource,
// UpdateEventSourceMapping and DeleteEventSourceMapping have the key lambda:FunctionArn.
test("a policy may allow to create, change and delete the mappings of one function only", async () => {
  const own = await on.consume("");
  const other = await on.consume("");
  const functionArn = `arn:aws:lambda:eu-west-1:000000000000:function:${own.name}`;
  const grants = ["Create", "Update", "Delete"].map((verb) => ({
    Action: `lambda:${verb}EventSourceMapping`,
    Resource: verb === "Create" ? "*" : "arn:aws:lambda:eu-west-1:000000000000:event-source-mapping:*",
    Condition: { StringEquals: { "lambda:FunctionArn": functionArn } },
  }));
  const client = new Lambda(sdk(on.account, await sessionWith(on.account, "mapping-owner", grants)));
  const denied = { name: "AccessDeniedException" };
  await expect(client.deleteEventSourceMapping({ UUID: other.UUID })).rejects.toMatchObject(denied);
  await client.updateEventSourceMapping({ UUID: own.UUID, BatchSize: 5 });
  await on.account.clock.advance(second);
  await client.deleteEventSourceMapping({ UUID: own.UUID });
  await on.account.clock.advance(second);
  const { EventSourceArn } = await on.lambda.getEventSourceMapping({ UUID: other.UUID });
  const create = (FunctionName: string) =>
    client.createEventSourceMapping({ FunctionName, EventSourceArn, StartingPosition: "TRIM_HORIZON" });
  await expect(create(other.name)).rejects.toMatchObject(denied);
  expect((await create(functionArn)).FunctionArn).toBe(functionArn);
});
