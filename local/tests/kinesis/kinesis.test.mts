import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { type GetShardIteratorInput, Kinesis, paginateListStreams } from "@aws-sdk/client-kinesis";
import { KMS } from "@aws-sdk/client-kms";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { sessionWith } from "../support/roles.ts";

const account = await openAccount({ start: Date.UTC(2026, 0, 1) });
const kinesis = new Kinesis(sdk(account));

const hour = 3_600_000;
const bytes = (text: string) => new TextEncoder().encode(text);

let streams = 0;
async function stream(settings: { shards?: number; MaxRecordSizeInKiB?: number } = {}) {
  const StreamName = `stream-${++streams}`;
  const { shards = 1, ...rest } = settings;
  await kinesis.createStream({ StreamName, ShardCount: shards, ...rest });
  await account.clock.advance(1_000);
  return StreamName;
}
const put = (StreamName: string, PartitionKey: string, text: string) =>
  kinesis.putRecord({ StreamName, PartitionKey, Data: bytes(text) });

async function iterator(StreamName: string, from: Partial<GetShardIteratorInput> = {}, client = kinesis) {
  const start = { ShardId: "shardId-000000000000", ShardIteratorType: "TRIM_HORIZON", ...from } as const;
  return (await client.getShardIterator({ StreamName, ...start })).ShardIterator;
}
async function read(StreamName: string, from: Partial<GetShardIteratorInput> = {}) {
  const ShardIterator = await iterator(StreamName, from);
  const { Records = [], ...rest } = await kinesis.getRecords({ ShardIterator });
  return { ...rest, Records, texts: Records.map(({ Data }) => Buffer.from(Data ?? []).toString()) };
}

test("a stream is CREATING for a moment and then ACTIVE", async () => {
  const StreamName = "lifecycle";
  const onDemand = { StreamName, StreamModeDetails: { StreamMode: "ON_DEMAND" } } as const;
  await kinesis.createStream(onDemand);
  const before = await kinesis.describeStreamSummary({ StreamName });
  await account.clock.advance(1_000);
  const after = await kinesis.describeStreamSummary({ StreamName });
  expect(before.StreamDescriptionSummary?.StreamStatus).toBe("CREATING");
  expect(after.StreamDescriptionSummary).toMatchObject({
    StreamStatus: "ACTIVE",
    StreamARN: "arn:aws:kinesis:eu-west-1:000000000000:stream/lifecycle",
    OpenShardCount: 4,
    RetentionPeriodHours: 24,
    EncryptionType: "NONE",
  });
});

test("a second stream of the same name is refused", async () => {
  const StreamName = await stream();
  await expect(kinesis.createStream({ StreamName, ShardCount: 1 })).rejects.toMatchObject({
    name: "ResourceInUseException",
    message: `Stream ${StreamName} under account 000000000000 already exists.`,
  });
});

test("names a stream that does not exist in the error", async () => {
  await expect(put("nowhere", "key", "text")).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: "Stream nowhere under account 000000000000 not found.",
  });
});

test("lists shards page by page, and refuses a token that it did not issue", async () => {
  const StreamName = await stream({ shards: 3 });
  const first = await kinesis.listShards({ StreamName, MaxResults: 2 });
  const second = await kinesis.listShards({ NextToken: first.NextToken });
  const ids = [...(first.Shards ?? []), ...(second.Shards ?? [])].map(({ ShardId }) => ShardId);
  expect(ids).toEqual(["shardId-000000000000", "shardId-000000000001", "shardId-000000000002"]);
  expect(second.NextToken).toBeUndefined();
  for (const NextToken of [`${StreamName}/shardId-000000000001`, Buffer.from(StreamName).toString("base64url")]) {
    await expect(kinesis.listShards({ NextToken })).rejects.toMatchObject({
      name: "InvalidArgumentException",
      message: "The NextToken is invalid.",
    });
  }
});

test("the shards divide the hash space without gap or overlap", async () => {
  const StreamName = await stream({ shards: 3 });
  const { Shards = [] } = await kinesis.listShards({ StreamName });
  const ranges = Shards.map(({ HashKeyRange }) => [
    BigInt(HashKeyRange?.StartingHashKey ?? 0),
    BigInt(HashKeyRange?.EndingHashKey ?? 0),
  ]);
  expect(ranges[0]?.[0]).toBe(0n);
  expect(ranges.at(-1)?.[1]).toBe(2n ** 128n - 1n);
  for (const [i, range] of ranges.slice(1).entries()) expect(range[0]).toBe((ranges[i]?.[1] ?? 0n) + 1n);
});

test("records of a key keep their order in one shard, with growing sequence numbers", async () => {
  const StreamName = await stream({ shards: 4 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom("a", "b", "c", "d", "e"), fc.string()), { minLength: 1, maxLength: 20 }),
      async (records) => {
        const { Records = [] } = await kinesis.putRecords({
          StreamName,
          Records: records.map(([PartitionKey, text]) => ({ PartitionKey, Data: bytes(text) })),
        });
        const byKey = new Map<string, string>();
        const last = new Map<string, bigint>();
        for (const [i, [key]] of records.entries()) {
          const { ShardId = "", SequenceNumber = "0" } = Records[i] ?? {};
          expect(byKey.get(key) ?? ShardId).toBe(ShardId);
          byKey.set(key, ShardId);
          expect(BigInt(SequenceNumber)).toBeGreaterThan(last.get(ShardId) ?? 0n);
          last.set(ShardId, BigInt(SequenceNumber));
        }
      },
    ),
    { numRuns: 20 },
  );
});

test("every iterator type starts at its position", async () => {
  const StreamName = await stream();
  const sent: { SequenceNumber?: string }[] = [];
  for (const text of ["one", "two", "three"]) {
    sent.push(await put(StreamName, "key", text));
    await account.clock.advance(60_000);
  }
  const StartingSequenceNumber = sent[1]?.SequenceNumber;
  const Timestamp = new Date(account.clock.now() - 90_000);
  expect((await read(StreamName)).texts).toEqual(["one", "two", "three"]);
  expect((await read(StreamName, { ShardIteratorType: "LATEST" })).texts).toEqual([]);
  const at = await read(StreamName, { ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber });
  expect(at.texts).toEqual(["two", "three"]);
  const after = await read(StreamName, { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber });
  expect(after.texts).toEqual(["three"]);
  expect((await read(StreamName, { ShardIteratorType: "AT_TIMESTAMP", Timestamp })).texts).toEqual(["three"]);
});

test("an iterator continues after the returned records, and returns how far behind it is", async () => {
  const StreamName = await stream();
  await put(StreamName, "key", "one");
  await put(StreamName, "key", "two");
  await account.clock.advance(5_000);
  const ShardIterator = await iterator(StreamName);
  const first = await kinesis.getRecords({ ShardIterator, Limit: 1 });
  const second = await kinesis.getRecords({ ShardIterator: first.NextShardIterator });
  expect(first.MillisBehindLatest).toBe(5_000);
  expect(second.Records?.map(({ Data }) => Buffer.from(Data ?? []).toString())).toEqual(["two"]);
  expect(second.MillisBehindLatest).toBe(0);
});

test("an iterator expires after five minutes", async () => {
  const StreamName = await stream();
  const ShardIterator = await iterator(StreamName, { ShardIteratorType: "LATEST" });
  await account.clock.advance(300_001);
  const late = kinesis.getRecords({ ShardIterator });
  await expect(late).rejects.toMatchObject({ name: "ExpiredIteratorException" });
});

test("refuses a text that is not an iterator", async () => {
  const wrong = kinesis.getRecords({ ShardIterator: "bm90IG9uZQ==" });
  await expect(wrong).rejects.toMatchObject({ name: "InvalidArgumentException", $metadata: { httpStatusCode: 400 } });
});

test("a sequence number of another stream is refused", async () => {
  const one = await stream();
  const two = await stream();
  const { SequenceNumber } = await put(one, "key", "text");
  const other = read(two, { ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber: SequenceNumber });
  await expect(other).rejects.toMatchObject({ name: "InvalidArgumentException" });
});

test("deletes records at the end of the retention, and keeps them with a longer one", async () => {
  const short = await stream();
  const long = await stream();
  await kinesis.increaseStreamRetentionPeriod({ StreamName: long, RetentionPeriodHours: 48 });
  await account.clock.advance(1_000);
  for (const name of [short, long]) await put(name, "key", "old");
  await account.clock.advance(25 * hour);
  for (const name of [short, long]) await put(name, "key", "new");
  expect((await read(short)).texts).toEqual(["new"]);
  expect((await read(long)).texts).toEqual(["old", "new"]);
});

test("only DecreaseStreamRetentionPeriod reduces the retention, and never below a day", async () => {
  const StreamName = await stream();
  const below = kinesis.decreaseStreamRetentionPeriod({ StreamName, RetentionPeriodHours: 23 });
  await expect(below).rejects.toMatchObject({ name: "InvalidArgumentException" });
});

test("refuses a record above the stream's maximum size and stores nothing of the request", async () => {
  const StreamName = await stream();
  const Records = [
    { PartitionKey: "key", Data: bytes("small") },
    { PartitionKey: "key", Data: new Uint8Array(1024 * 1024) },
  ];
  const tooBig = kinesis.putRecords({ StreamName, Records });
  await expect(tooBig).rejects.toMatchObject({ name: "InvalidArgumentException" });
  expect((await read(StreamName)).texts).toEqual([]);
});

test("refuses a record without a partition key and stores nothing of the request", async () => {
  const StreamName = await stream();
  const Data = bytes("x");
  const withoutKey = kinesis.putRecords({ StreamName, Records: [{ PartitionKey: "key", Data }, { Data }] });
  await expect(withoutKey).rejects.toMatchObject({
    name: "ValidationException",
    message: expect.stringContaining("Value null at 'partitionKey'"),
  });
  expect((await read(StreamName)).texts).toEqual([]);
});

test("streams are listed in pages, by name", async () => {
  const names = [await stream(), await stream()];
  const all: string[] = [];
  for await (const { StreamNames = [] } of paginateListStreams({ client: kinesis, pageSize: 1 }, {})) {
    all.push(...StreamNames);
  }
  expect(all).toEqual(expect.arrayContaining(names));
  expect(all).toEqual([...all].sort());
});

/**
 * Creates an encrypted stream, its key, and a client whose role may use all of Kinesis and only
 * `kmsActions` of KMS.
 */
async function encrypted(...kmsActions: string[]) {
  const kms = new KMS(sdk(account));
  const { KeyMetadata } = await kms.createKey({});
  const KeyId = KeyMetadata?.Arn ?? "";
  const StreamName = await stream();
  await kinesis.startStreamEncryption({ StreamName, EncryptionType: "KMS", KeyId });
  await account.clock.advance(1_000);
  const grants = [{ Action: "kinesis:*", Resource: "*" }, ...kmsActions.map((Action) => ({ Action, Resource: KeyId }))];
  const client = new Kinesis(sdk(account, await sessionWith(account, `reader-of-${StreamName}`, grants)));
  return { StreamName, KeyId, kms, client };
}
const putAs = (client: Kinesis, StreamName: string) =>
  client.putRecord({ StreamName, PartitionKey: "key", Data: bytes("secret") });
const readAs = async (client: Kinesis, StreamName: string) =>
  client.getRecords({ ShardIterator: await iterator(StreamName, {}, client) });

test("an encrypted stream returns KMS as the encryption of every record", async () => {
  const { StreamName, client } = await encrypted("kms:GenerateDataKey", "kms:Decrypt");
  expect((await putAs(client, StreamName)).EncryptionType).toBe("KMS");
  const { Records } = await readAs(client, StreamName);
  expect(Records?.map(({ EncryptionType }) => EncryptionType)).toEqual(["KMS"]);
});

test("a producer needs kms:GenerateDataKey, a consumer kms:Decrypt", async () => {
  const writer = await encrypted("kms:GenerateDataKey");
  await putAs(writer.client, writer.StreamName);
  const read = readAs(writer.client, writer.StreamName);
  await expect(read).rejects.toMatchObject({ name: "KMSAccessDeniedException" });
  const reader = await encrypted("kms:Decrypt");
  const write = putAs(reader.client, reader.StreamName);
  await expect(write).rejects.toMatchObject({ name: "KMSAccessDeniedException" });
});

test("a key that is to be deleted stops the stream within five minutes", async () => {
  const { StreamName, KeyId, kms, client } = await encrypted("kms:GenerateDataKey", "kms:Decrypt");
  await putAs(client, StreamName);
  await kms.scheduleKeyDeletion({ KeyId });
  await account.clock.advance(300_000);
  await expect(putAs(client, StreamName)).rejects.toMatchObject({ name: "KMSInvalidStateException" });
});

test("encryption under a key that does not exist is refused", async () => {
  const StreamName = await stream();
  const KeyId = "alias/nowhere";
  const start = kinesis.startStreamEncryption({ StreamName, EncryptionType: "KMS", KeyId });
  await expect(start).rejects.toMatchObject({ name: "KMSNotFoundException" });
});

// Kinesis guide, "Monitoring the Amazon Kinesis Data Streams service with CloudWatch".
test("what is written to a stream and read from it is counted in records and bytes", async () => {
  const StreamName = await stream();
  await put(StreamName, "key", "12345");
  await read(StreamName);
  await read(StreamName);
  const cloudwatch = new CloudWatch(sdk(account));
  const sumOf = async (MetricName: string) => {
    const { Datapoints = [] } = await cloudwatch.getMetricStatistics({
      Namespace: "AWS/Kinesis",
      MetricName,
      Dimensions: [{ Name: "StreamName", Value: StreamName }],
      StartTime: new Date(account.clock.now() - hour),
      EndTime: new Date(account.clock.now() + hour),
      Period: 7_200,
      Statistics: ["Sum"],
    });
    return Datapoints[0]?.Sum;
  };
  const names = ["IncomingRecords", "IncomingBytes", "GetRecords.Records", "GetRecords.Bytes"];
  expect(await Promise.all(names.map(sumOf))).toEqual([1, 8, 2, 16]);
});
