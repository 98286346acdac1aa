import { CloudWatchClient, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { CreateStreamCommand } from "@aws-sdk/client-kinesis";
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sdk } from "../../support/aws.ts";
import { createRole } from "../../support/roles.ts";
import { type Consumers, failOn, openConsumers, second } from "./consumers.ts";

let on: Consumers;
beforeAll(async () => {
  on = await openConsumers();
});
afterAll(() => on.close());

test("keeps the checkpoint when it is disabled and enabled", async () => {
  const { name, UUID } = await on.consume("");
  await on.put(name, "1");
  await on.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
  await on.account.clock.advance(second);
  await on.put(name, "2");
  expect((await on.lambda.send(new GetEventSourceMappingCommand({ UUID }))).State).toBe("Disabled");
  expect(await on.batches(name)).toEqual([["1"]]);
  await on.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
  await on.account.clock.advance(second);
  expect(await on.batches(name)).toEqual([["1"], ["2"]]);
});

test("a deleted mapping does not exist and stops reading", async () => {
  const { name, UUID } = await on.consume("");
  await on.lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
  await on.account.clock.advance(second);
  await on.put(name, "1");
  const { EventSourceMappings } = await on.lambda.send(new ListEventSourceMappingsCommand({ FunctionName: name }));
  expect(EventSourceMappings).toEqual([]);
  expect(await on.batches(name)).toEqual([]);
});

test("refuses a role that may not read the stream at creation", async () => {
  const name = "blind-consumer";
  const Role = await createRole(on.account, "blind", "lambda.amazonaws.com");
  await on.kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: 1 }));
  const Code = { ZipFile: zipSync({ "index.js": strToU8("exports.handler = async () => {};") }) };
  await on.lambda.send(
    new CreateFunctionCommand({ FunctionName: name, Role, Runtime: "nodejs24.x", Handler: "index.handler", Code }),
  );
  await on.account.clock.advance(2 * second);
  const mapping = new CreateEventSourceMappingCommand({
    FunctionName: name,
    EventSourceArn: `arn:aws:kinesis:eu-west-1:000000000000:stream/${name}`,
    StartingPosition: "LATEST",
  });
  await expect(on.lambda.send(mapping)).rejects.toMatchObject({
    name: "InvalidParameterValueException",
    message: expect.stringContaining("kinesis:GetRecords"),
  });
});

test("refuses a role that may not use the destination at creation", async () => {
  const unknown = on.consume("", {
    DestinationConfig: { OnFailure: { Destination: "arn:aws:sns:eu-west-1:000000000000:t" } },
  });
  await expect(unknown).rejects.toMatchObject({
    name: "InvalidParameterValueException",
    message: expect.stringContaining("sns:Publish"),
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
  const cloudwatch = new CloudWatchClient(sdk(on.account));
  const sum = async (MetricName: string) => {
    const { Datapoints = [] } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: "AWS/Lambda",
        MetricName,
        Dimensions: [{ Name: "EventSourceMappingUUID", Value: UUID }],
        StartTime: new Date(on.account.clock.now() - 3_600_000),
        EndTime: new Date(on.account.clock.now() + 60_000),
        Period: 7_200,
        Statistics: ["Sum"],
      }),
    );
    return Datapoints[0]?.Sum;
  };
  expect(await sum("PolledEventCount")).toBe(2);
  expect(await sum("InvokedEventCount")).toBe(2);
  expect(await sum("FailedInvokeEventCount")).toBe(1);
  expect(await sum("DroppedEventCount")).toBe(1);
  cloudwatch.destroy();
});
