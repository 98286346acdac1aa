import { gunzipSync } from "node:zlib";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { type ExtendedS3DestinationConfiguration, Firehose } from "@aws-sdk/client-firehose";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { S3 } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluatePrefix } from "../../account/services/firehose/delivery/prefix.ts";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { createRole } from "../support/roles.ts";

const second = 1_000;
const account = await openAccount({ start: Date.UTC(2026, 2, 9, 14, 5, 6) });
const firehose = new Firehose(sdk(account));
const s3 = new S3(sdk(account));
const kinesis = new Kinesis(sdk(account));
const RoleARN = await createRole(account, "delivery", "firehose.amazonaws.com", [
  { Action: ["s3:*", "logs:PutLogEvents"], Resource: "*" },
  {
    Action: ["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords", "kinesis:ListShards"],
    Resource: "*",
  },
]);

const bucket = (Bucket: string) => s3.createBucket({ Bucket });

let streams = 0;
/** Creates a delivery stream that reads a Kinesis stream with its name. */
async function deliver(settings: Partial<ExtendedS3DestinationConfiguration> = {}, more: object = {}) {
  const name = `delivery-${++streams}`;
  if (settings.BucketARN === undefined) await bucket(name);
  await kinesis.createStream({ StreamName: name, ShardCount: 1 });
  await account.clock.advance(second);
  await firehose.createDeliveryStream({
    DeliveryStreamName: name,
    DeliveryStreamType: "KinesisStreamAsSource",
    KinesisStreamSourceConfiguration: {
      RoleARN,
      KinesisStreamARN: `arn:aws:kinesis:eu-west-1:000000000000:stream/${name}`,
    },
    ExtendedS3DestinationConfiguration: { RoleARN, BucketARN: `arn:aws:s3:::${name}`, ...settings },
    ...more,
  });
  await account.clock.advance(second);
  return name;
}
async function put(StreamName: string, ...texts: string[]): Promise<void> {
  const Records = texts.map((text) => ({ PartitionKey: "a", Data: Buffer.from(text) }));
  await kinesis.putRecords({ StreamName, Records });
  await account.clock.advance(0);
}
async function objects(Bucket: string) {
  const { Contents = [] } = await s3.listObjectsV2({ Bucket });
  return Promise.all(
    Contents.map(async ({ Key = "" }) => {
      const { Body } = await s3.getObject({ Bucket, Key });
      return { Key, body: Buffer.from((await Body?.transformToByteArray()) ?? []) };
    }),
  );
}

test("concatenates records and delivers them after the interval, under the UTC hour", async () => {
  const name = await deliver();
  await put(name, "one", "two");
  await account.clock.advance(299 * second);
  expect(await objects(name)).toEqual([]);
  await account.clock.advance(second);
  const [object, ...others] = await objects(name);
  expect(others).toEqual([]);
  expect(object?.body.toString()).toBe("onetwo");
  expect(object?.Key).toMatch(
    new RegExp(`^2026/03/09/14/${name}-1-2026-03-09-14-\\d\\d-\\d\\d-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`),
  );
});

test("delivers a full buffer immediately", async () => {
  const name = await deliver({ BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 900 } });
  await put(name, "x".repeat(600_000));
  await account.clock.advance(0);
  expect(await objects(name)).toEqual([]);
  await put(name, "x".repeat(600_000));
  await account.clock.advance(0);
  expect((await objects(name)).map(({ body }) => body.length)).toEqual([1_200_000]);
});

test("supports GZIP, expressions in a prefix, and a delimiter after each record", async () => {
  const name = await deliver({
    CompressionFormat: "GZIP",
    Prefix: "clicks/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/",
    ErrorOutputPrefix: "errors/!{firehose:error-output-type}/",
    ProcessingConfiguration: { Enabled: true, Processors: [{ Type: "AppendDelimiterToRecord" }] },
    BufferingHints: { SizeInMBs: 50, IntervalInSeconds: 60 },
  });
  await put(name, '{"a":1}', '{"a":2}');
  await account.clock.advance(60 * second);
  const [object] = await objects(name);
  expect(object?.Key).toMatch(/^clicks\/year=2026\/month=03\/day=09\/hour=14\/delivery-.*\.gz$/);
  expect(gunzipSync(object?.body ?? "").toString()).toBe('{"a":1}\n{"a":2}\n');
});

test("reads a stream from the creation on, all its shards", async () => {
  const StreamName = "source";
  await kinesis.createStream({ StreamName, ShardCount: 2 });
  await account.clock.advance(second);
  await put(StreamName, "before");
  await account.clock.advance(second);
  const name = await deliver(
    { BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 60 } },
    {
      KinesisStreamSourceConfiguration: {
        RoleARN,
        KinesisStreamARN: `arn:aws:kinesis:eu-west-1:000000000000:stream/${StreamName}`,
      },
    },
  );
  for (const key of ["a", "b", "c", "d"]) {
    await kinesis.putRecord({ StreamName, PartitionKey: key, Data: Buffer.from(`${key};`) });
  }
  await account.clock.advance(60 * second);
  const bodies = (await objects(name)).map(({ body }) => body.toString()).join("");
  expect(bodies.split(";").sort()).toEqual(["", "a", "b", "c", "d"]);
});

test("logs a failed delivery and retries it until the bucket exists", async () => {
  const logs = new CloudWatchLogs(sdk(account));
  const group = { logGroupName: "/firehose/errors", logStreamName: "delivery" };
  await logs.createLogGroup(group);
  await logs.createLogStream(group);
  const name = await deliver({
    BucketARN: "arn:aws:s3:::comes-later",
    CloudWatchLoggingOptions: { Enabled: true, LogGroupName: group.logGroupName, LogStreamName: group.logStreamName },
    BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 60 },
  });
  await put(name, "patient");
  await account.clock.advance(70 * second);
  const { events = [] } = await logs.filterLogEvents({ logGroupName: group.logGroupName });
  expect(JSON.parse(events[0]?.message ?? "")).toMatchObject({
    deliveryStreamARN: `arn:aws:firehose:eu-west-1:000000000000:deliverystream/${name}`,
    errorCode: "S3.NoSuchBucket",
  });
  await bucket("comes-later");
  await account.clock.advance(120 * second);
  expect((await objects("comes-later")).map(({ body }) => body.toString())).toEqual(["patient"]);
});

test("writes every record to exactly one object, in order", async () => {
  const name = await deliver({ BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 60 } });
  const sent: string[] = [];
  let next = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 400_000 }), fc.integer({ min: 0, max: 70 }), async (size, pause) => {
      const text = `${String(next++).padStart(6, "0")}${"x".repeat(size)};`;
      sent.push(text.slice(0, 6));
      await put(name, text);
      await account.clock.advance(pause * second);
    }),
    { numRuns: 25 },
  );
  await account.clock.advance(60 * second);
  const found = (await objects(name)).flatMap(({ body }) => body.toString().split(";").filter(Boolean));
  expect(found.map((text) => text.slice(0, 6)).sort()).toEqual(sent);
});

test.each([
  ["", "2026/03/09/23/"],
  ["archive/", "archive/2026/03/09/23/"],
  ["YYYY/MM/", "YYYY/MM/2026/03/09/23/"],
  ["!{timestamp:yyyy-MM-dd}/!{timestamp:HH-mm-ss}", "2026-03-09/23-05-06"],
])("the prefix '%s' becomes '%s'", (prefix, evaluated) => {
  expect(evaluatePrefix(prefix, Date.UTC(2026, 2, 9, 23, 5, 6, 78))).toBe(evaluated);
});

test.each([
  ["an expression without an error prefix", { Prefix: "!{timestamp:yyyy}/" }],
  ["an error prefix without the error type", { Prefix: "x/", ErrorOutputPrefix: "errors/!{timestamp:yyyy}/" }],
  [
    "the error type outside the error prefix",
    { Prefix: "!{firehose:error-output-type}/", ErrorOutputPrefix: "e/!{firehose:error-output-type}/" },
  ],
  ["only one of the buffering hints", { BufferingHints: { SizeInMBs: 5 } }],
])("%s is refused", async (_what, settings) => {
  await expect(deliver({ BucketARN: "arn:aws:s3:::any", ...settings })).rejects.toMatchObject({
    name: "InvalidArgumentException",
  });
});

test("refuses a role that Firehose may not assume", async () => {
  const wrong = await createRole(account, "of-lambda", "lambda.amazonaws.com");
  await expect(deliver({ RoleARN: wrong })).rejects.toMatchObject({
    name: "InvalidArgumentException",
    message: `Firehose is unable to assume role ${wrong}. Please check the role provided.`,
  });
});

test("updates a destination only with its present version, and uses the new version in keys", async () => {
  const DeliveryStreamName = await deliver();
  const describe = async () => {
    return (await firehose.describeDeliveryStream({ DeliveryStreamName })).DeliveryStreamDescription;
  };
  const destination = { DeliveryStreamName, DestinationId: (await describe())?.Destinations?.[0]?.DestinationId };
  const ExtendedS3DestinationUpdate = { BufferingHints: { SizeInMBs: 2, IntervalInSeconds: 60 } };
  const update = (CurrentDeliveryStreamVersionId: string) =>
    firehose.updateDestination({ ...destination, CurrentDeliveryStreamVersionId, ExtendedS3DestinationUpdate });
  await expect(update("7")).rejects.toMatchObject({ name: "ConcurrentModificationException" });
  await update("1");
  const after = await describe();
  expect(after?.VersionId).toBe("2");
  expect(after?.Destinations?.[0]?.ExtendedS3DestinationDescription).toMatchObject(ExtendedS3DestinationUpdate);
  await put(DeliveryStreamName, "x");
  await account.clock.advance(60 * second);
  expect((await objects(DeliveryStreamName))[0]?.Key).toContain(`${DeliveryStreamName}-2-`);
});

test.each([
  ["dynamic partitioning", { DynamicPartitioningConfiguration: { Enabled: true } }],
  ["a Lambda processor", { ProcessingConfiguration: { Enabled: true, Processors: [{ Type: "Lambda" }] } }],
  ["Snappy", { CompressionFormat: "Snappy" }],
  ["another prefix expression", { Prefix: "!{firehose:random-string}/" }],
  ["a time zone", { CustomTimeZone: "Europe/Berlin" }],
] as [string, Partial<ExtendedS3DestinationConfiguration>][])("%s returns 501", async (_what, settings) => {
  await expect(deliver({ BucketARN: "arn:aws:s3:::any", ...settings })).rejects.toMatchObject({
    name: "NotImplemented",
  });
});

test("a direct put returns 501", async () => {
  await expect(deliver({}, { DeliveryStreamType: "DirectPut" })).rejects.toMatchObject({ name: "NotImplemented" });
});
