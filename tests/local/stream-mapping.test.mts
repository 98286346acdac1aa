import { CloudWatchClient, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { CreateStreamCommand, KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
  CreateFunctionCommand,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  PutFunctionConcurrencyCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Account, startAccount } from "../../local/account.ts";
import { type Batch, judge, type StreamRecord } from "../../local/services/lambda/batch.ts";
import { createProgress } from "../../local/services/lambda/progress.ts";
import { sdk } from "../support/aws.ts";
import { createRole } from "../support/roles.ts";

let account: Account;
let lambda: LambdaClient;
let kinesis: KinesisClient;
let s3: S3Client;
let role = "";
const second = 1_000;

/** The bucket that every function writes the batches to that it was given: what the test reads. */
const seen = "seen";

beforeAll(async () => {
  account = await startAccount({ speed: 0, start: Date.UTC(2026, 0, 1) });
  lambda = new LambdaClient(sdk(account));
  kinesis = new KinesisClient(sdk(account));
  s3 = new S3Client(sdk(account));
  await s3.send(
    new CreateBucketCommand({ Bucket: seen, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }),
  );
  role = await createRole(account, "consumer", "lambda.amazonaws.com", [
    { Action: ["kinesis:*"], Resource: "*" },
    { Action: ["s3:PutObject", "s3:ListBucket"], Resource: "*" },
  ]);
});
afterAll(async () => {
  for (const client of [lambda, kinesis, s3]) client.destroy();
  await account.close();
});

/** Writes each batch it is given as an object, then answers what `answer` (source text over `texts`, `records`) says. */
const consumer = (answer: string) => `
  const { S3Client, PutObjectCommand } = require("@aws-sdk/client-s3");
  const s3 = new S3Client({});
  let calls = 0;
  exports.handler = async (event) => {
    const records = event.Records;
    const texts = records.map(({ kinesis }) => Buffer.from(kinesis.data, "base64").toString());
    calls++;
    const at = (performance.timeOrigin + performance.now()).toFixed(4);
    const Key = process.env.AWS_LAMBDA_FUNCTION_NAME + "/" + at + process.env.AWS_LAMBDA_LOG_STREAM_NAME;
    await s3.send(new PutObjectCommand({ Bucket: "${seen}", Key, Body: JSON.stringify(texts) }));
    ${answer}
  };`;

let made = 0;
async function consume(answer: string, settings: Partial<CreateEventSourceMappingCommandInput> = {}) {
  const name = `consumer-${++made}`;
  await kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: 1 }));
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Role: role,
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Timeout: 30,
      Code: { ZipFile: zipSync({ "index.js": strToU8(consumer(answer)) }) },
    }),
  );
  await account.clock.advance(2 * second);
  const { UUID = "" } = await lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: name,
      EventSourceArn: `arn:aws:kinesis:eu-west-1:000000000000:stream/${name}`,
      StartingPosition: "TRIM_HORIZON",
      ...settings,
    }),
  );
  await account.clock.advance(2 * second);
  return { name, UUID };
}

async function put(StreamName: string, ...texts: string[]) {
  const Records = texts.map((text) => ({ PartitionKey: "key", Data: new TextEncoder().encode(text) }));
  await kinesis.send(new PutRecordsCommand({ StreamName, Records }));
  await account.clock.advance(0);
}

async function objects(Bucket: string, Prefix: string) {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
  return Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return { Key, content: JSON.parse((await Body?.transformToString()) ?? "") };
    }),
  );
}
const batches = async (name: string): Promise<string[][]> =>
  (await objects(seen, `${name}/`)).map(({ content }) => content);

const failOn = (text: string) => `if (texts.includes("${text}")) throw new Error("poison");`;
const reportFrom = (text: string) => `
    const bad = records[texts.indexOf("${text}")];
    return { batchItemFailures: bad ? [{ itemIdentifier: bad.kinesis.sequenceNumber }] : [] };`;

test("records reach the function as soon as they are appended, in order, with Lambda's event shape", async () => {
  const { name } = await consume(`
    await s3.send(new PutObjectCommand({ Bucket: "${seen}", Key: "shape", Body: JSON.stringify(event) }));`);
  await put(name, "one", "two");
  expect(await batches(name)).toEqual([["one", "two"]]);
  const [shape] = await objects(seen, "shape");
  expect(shape?.content.Records[0]).toEqual({
    kinesis: {
      kinesisSchemaVersion: "1.0",
      partitionKey: "key",
      sequenceNumber: expect.stringMatching(/^\d{56}$/),
      data: Buffer.from("one").toString("base64"),
      approximateArrivalTimestamp: expect.any(Number),
    },
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: expect.stringMatching(/^shardId-000000000000:\d{56}$/),
    eventName: "aws:kinesis:record",
    invokeIdentityArn: role,
    awsRegion: "eu-west-1",
    eventSourceARN: `arn:aws:kinesis:eu-west-1:000000000000:stream/${name}`,
  });
});

test("TRIM_HORIZON reads what was there before the mapping; LATEST starts when it becomes Enabled", async () => {
  const early = await consume("", { Enabled: false });
  const late = await consume("", { Enabled: false, StartingPosition: "LATEST" });
  for (const { name, UUID } of [early, late]) {
    await put(name, "before");
    await account.clock.advance(second);
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
    await account.clock.advance(2 * second);
    await put(name, "after");
  }
  expect(await batches(early.name)).toEqual([["before"], ["after"]]);
  expect(await batches(late.name)).toEqual([["after"]]);
});

test("a batch ends at its size", async () => {
  const { name } = await consume("", { BatchSize: 2 });
  await put(name, "1", "2", "3", "4", "5");
  expect(await batches(name)).toEqual([["1", "2"], ["3", "4"], ["5"]]);
});

test("a window gathers until it closes, or until the batch is full", async () => {
  const { name } = await consume("", { BatchSize: 3, MaximumBatchingWindowInSeconds: 10 });
  await put(name, "1");
  await account.clock.advance(9 * second);
  expect(await batches(name)).toEqual([]);
  await account.clock.advance(second);
  expect(await batches(name)).toEqual([["1"]]);
  await put(name, "2");
  await put(name, "3", "4");
  expect(await batches(name)).toEqual([["1"], ["2", "3", "4"]]);
});

test("a failed batch is tried again, with later records waiting behind it", async () => {
  const { name } = await consume(`if (calls === 1) throw new Error("once");`);
  await put(name, "1");
  await put(name, "2");
  await account.clock.advance(second);
  expect(await batches(name)).toEqual([["1"], ["1"], ["2"]]);
});

test("bisect finds the poison record: the others arrive once more at most, the poison is given up", async () => {
  const { name } = await consume(failOn("bad"), { BisectBatchOnFunctionError: true, MaximumRetryAttempts: 0 });
  await put(name, "1", "bad", "3", "4");
  await account.clock.advance(60 * second);
  expect(await batches(name)).toEqual([["1", "bad", "3", "4"], ["1", "bad"], ["1"], ["bad"], ["3", "4"]]);
});

test("without bisect the whole batch is given up after its retries", async () => {
  const { name } = await consume(failOn("bad"), { MaximumRetryAttempts: 2 });
  await put(name, "1", "bad", "3");
  await put(name, "next");
  await account.clock.advance(60 * second);
  const batch = ["1", "bad", "3"];
  expect(await batches(name)).toEqual([batch, batch, batch, ["next"]]);
});

test("a partial batch response goes on from the lowest failed record", async () => {
  const { name } = await consume(`if (calls === 1) { ${reportFrom("3")} }`, {
    FunctionResponseTypes: ["ReportBatchItemFailures"],
  });
  await put(name, "1", "2", "3", "4");
  await account.clock.advance(second);
  expect(await batches(name)).toEqual([
    ["1", "2", "3", "4"],
    ["3", "4"],
  ]);
});

test.each([
  ["an empty list", "{ batchItemFailures: [] }", 1],
  ["null", "null", 1],
  ["an empty object", "{}", 1],
  ["an empty identifier", `{ batchItemFailures: [{ itemIdentifier: "" }] }`, 2],
  ["a wrong key", "{ batchItemFailures: [{ id: 1 }] }", 2],
  ["another member", "{ failures: [] }", 2],
])("a partial batch response of %s counts as it is documented", async (_what, response, invocations) => {
  const { name } = await consume(`return ${response};`, {
    FunctionResponseTypes: ["ReportBatchItemFailures"],
    MaximumRetryAttempts: 1,
  });
  await put(name, "1", "2");
  await account.clock.advance(60 * second);
  expect(await batches(name)).toHaveLength(invocations);
});

test("records older than the maximum age are given up, younger ones of the batch are not", async () => {
  const { name } = await consume(failOn("old"), { MaximumRecordAgeInSeconds: 60 });
  await put(name, "old");
  await account.clock.advance(50 * second);
  await put(name, "young");
  await account.clock.advance(60 * second);
  const all = await batches(name);
  expect(all.at(-1)).toEqual(["young"]);
  expect(all.filter((batch) => batch.includes("young"))).toHaveLength(1);
});

test("what is given up lies in the S3 destination, whole, under the documented key", async () => {
  await s3.send(
    new CreateBucketCommand({ Bucket: "failures", CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }),
  );
  const { name, UUID } = await consume(failOn("bad"), {
    MaximumRetryAttempts: 1,
    DestinationConfig: { OnFailure: { Destination: "arn:aws:s3:::failures" } },
  });
  await put(name, "bad");
  await account.clock.advance(10 * second);
  const [failure] = await objects("failures", "");
  expect(failure?.Key).toMatch(
    new RegExp(
      `^aws/lambda/${UUID}/shardId-000000000000/2026/01/01/2026-01-01T\\d\\d\\.\\d\\d\\.\\d\\d-[0-9a-f-]{36}$`,
    ),
  );
  expect(failure?.content).toMatchObject({
    requestContext: {
      functionArn: `arn:aws:lambda:eu-west-1:000000000000:function:${name}`,
      condition: "RetryAttemptsExhausted",
      approximateInvokeCount: 2,
    },
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    version: "1.0",
    KinesisBatchInfo: { shardId: "shardId-000000000000", batchSize: 1 },
  });
  const { Records } = JSON.parse(failure?.content.payload);
  expect(Buffer.from(Records[0].kinesis.data, "base64").toString()).toBe("bad");
});

test("a throttled function loses nothing: no attempt is counted", async () => {
  const { name } = await consume("", { MaximumRetryAttempts: 0 });
  const concurrency = { FunctionName: name, ReservedConcurrentExecutions: 0 };
  await lambda.send(new PutFunctionConcurrencyCommand(concurrency));
  await put(name, "patient");
  await account.clock.advance(30 * second);
  await lambda.send(new PutFunctionConcurrencyCommand({ ...concurrency, ReservedConcurrentExecutions: 1 }));
  await account.clock.advance(60 * second);
  expect(await batches(name)).toEqual([["patient"]]);
});

test("the checkpoint survives disabling and enabling", async () => {
  const { name, UUID } = await consume("");
  await put(name, "1");
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
  await account.clock.advance(second);
  await put(name, "2");
  expect((await lambda.send(new GetEventSourceMappingCommand({ UUID }))).State).toBe("Disabled");
  expect(await batches(name)).toEqual([["1"]]);
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
  await account.clock.advance(second);
  expect(await batches(name)).toEqual([["1"], ["2"]]);
});

test("a deleted mapping is gone and reads no more", async () => {
  const { name, UUID } = await consume("");
  await lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
  await account.clock.advance(second);
  await put(name, "1");
  const { EventSourceMappings } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName: name }));
  expect(EventSourceMappings).toEqual([]);
  expect(await batches(name)).toEqual([]);
});

test("a role that may not read the stream is refused at creation", async () => {
  const name = `consumer-${++made}`;
  const Role = await createRole(account, "blind", "lambda.amazonaws.com");
  await kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: 1 }));
  const Code = { ZipFile: zipSync({ "index.js": strToU8("exports.handler = async () => {};") }) };
  await lambda.send(
    new CreateFunctionCommand({ FunctionName: name, Role, Runtime: "nodejs24.x", Handler: "index.handler", Code }),
  );
  await account.clock.advance(2 * second);
  const mapping = new CreateEventSourceMappingCommand({
    FunctionName: name,
    EventSourceArn: `arn:aws:kinesis:eu-west-1:000000000000:stream/${name}`,
    StartingPosition: "LATEST",
  });
  await expect(lambda.send(mapping)).rejects.toMatchObject({
    name: "InvalidParameterValueException",
    message: expect.stringContaining("kinesis:GetRecords"),
  });
});

test("the mapping counts its events when asked to", async () => {
  const { name, UUID } = await consume(failOn("bad"), {
    BatchSize: 1,
    MaximumRetryAttempts: 0,
    MetricsConfig: { Metrics: ["EventCount"] },
  });
  await put(name, "good", "bad");
  await account.clock.advance(60 * second);
  const cloudwatch = new CloudWatchClient(sdk(account));
  const sum = async (MetricName: string) => {
    const { Datapoints = [] } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: "AWS/Lambda",
        MetricName,
        Dimensions: [{ Name: "EventSourceMappingUUID", Value: UUID }],
        StartTime: new Date(account.clock.now() - 3_600_000),
        EndTime: new Date(account.clock.now() + 60_000),
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

test("with a parallelization factor a poison record holds up its own key only, and keys keep their order", async () => {
  const { name } = await consume(failOn("bad"), { ParallelizationFactor: 10, BatchSize: 1, MaximumRetryAttempts: 3 });
  const keys = Array.from({ length: 20 }, (_, i) => `key-${i}`);
  const Records = ["first", "second"].flatMap((text) =>
    keys.map((PartitionKey) => ({ PartitionKey, Data: new TextEncoder().encode(`${PartitionKey} ${text}`) })),
  );
  Records.unshift({ PartitionKey: "key-0", Data: new TextEncoder().encode("bad") });
  await kinesis.send(new PutRecordsCommand({ StreamName: name, Records }));
  await account.clock.advance(0);
  const others = (await batches(name)).flat().filter((text) => !text.startsWith("bad"));
  expect(others.length).toBeGreaterThan(keys.length);
  expect(others).not.toContain("key-0 first");
  await account.clock.advance(60 * second);
  const all = (await batches(name)).flat().filter((text) => text !== "bad");
  for (const key of keys) {
    expect(all.filter((text) => text.startsWith(`${key} `))).toEqual([`${key} first`, `${key} second`]);
  }
});

test("a role that may not use the destination is refused at creation", async () => {
  const unknown = consume("", {
    DestinationConfig: { OnFailure: { Destination: "arn:aws:sns:eu-west-1:000000000000:t" } },
  });
  await expect(unknown).rejects.toMatchObject({
    name: "InvalidParameterValueException",
    message: expect.stringContaining("sns:Publish"),
  });
});

test("a checkpoint never passes a record that is not done with, in whatever order lanes finish", () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(
        Array.from({ length: 30 }, (_, i) => i),
        { minLength: 30 },
      ),
      (order) => {
        const records = order.map((_, i) => ({ sequenceNumber: String(i), partitionKey: "", arrival: 0, json: "" }));
        let checkpoint = -1;
        const progress = createProgress((sequenceNumber) => {
          checkpoint = Number(sequenceNumber);
        });
        progress.started(records);
        const done = new Set<number>();
        for (const i of order) {
          progress.finished(records.filter((_, at) => at === i));
          done.add(i);
          const firstOpen = records.findIndex((_, at) => !done.has(at));
          expect(checkpoint).toBe(firstOpen === -1 ? 29 : firstOpen - 1);
        }
      },
    ),
  );
});

test("whatever fails and however, no record is lost, none comes after its checkpoint, and the order holds", () => {
  const record = (id: number): StreamRecord => ({
    sequenceNumber: String(id),
    partitionKey: "",
    arrival: 0,
    json: "{}",
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      fc.integer({ min: 0, max: 4 }),
      fc.infiniteStream(fc.nat()),
      (size, bisect, maximumRetryAttempts, chance) => {
        const finished: number[] = [];
        const take = (records: readonly StreamRecord[]) =>
          finished.push(...records.map((r) => Number(r.sequenceNumber)));
        let work: Batch[] = [
          { records: Array.from({ length: size }, (_, i) => record(i)), attempts: 0, invocations: 0 },
        ];
        for (let batch = work.shift(); batch; batch = work.shift()) {
          expect(Number(batch.records[0]?.sequenceNumber)).toBe(finished.length);
          const failedAt = (chance.next().value ?? 0) % (batch.records.length + 1);
          const verdict = judge(batch, failedAt, { bisect, maximumRetryAttempts });
          take(verdict.done);
          take(verdict.dropped?.records ?? []);
          work = [...verdict.next, ...work];
        }
        expect(finished).toEqual(Array.from({ length: size }, (_, i) => i));
      },
    ),
  );
});
