import { expect, test } from "vitest";
import { failOn, openConsumers, second, seen } from "./consumers.mts";

const on = await openConsumers();

test("delivers records as soon as they are appended, in order, in Lambda's event format", async () => {
  const { name } = await on.consume(`
    await s3.send(new PutObjectCommand({ Bucket: "${seen}", Key: "shape", Body: JSON.stringify(event) }));`);
  await on.put(name, "one", "two");
  expect(await on.batches(name)).toEqual([["one", "two"]]);
  const [shape] = await on.objects(seen, "shape");
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
    invokeIdentityArn: on.role,
    awsRegion: "eu-west-1",
    eventSourceARN: `arn:aws:kinesis:eu-west-1:000000000000:stream/${name}`,
  });
});

test("TRIM_HORIZON reads earlier records; LATEST starts when the mapping is Enabled", async () => {
  const early = await on.consume("", { Enabled: false });
  const late = await on.consume("", { Enabled: false, StartingPosition: "LATEST" });
  for (const { name, UUID } of [early, late]) {
    await on.put(name, "before");
    await on.account.clock.advance(second);
    await on.lambda.updateEventSourceMapping({ UUID, Enabled: true });
    await on.account.clock.advance(2 * second);
    await on.put(name, "after");
  }
  expect(await on.batches(early.name)).toEqual([["before"], ["after"]]);
  expect(await on.batches(late.name)).toEqual([["after"]]);
});

test("a batching window ends after its time, or when the batch is full", async () => {
  const { name } = await on.consume("", { BatchSize: 3, MaximumBatchingWindowInSeconds: 10 });
  await on.put(name, "1");
  await on.account.clock.advance(9 * second);
  expect(await on.batches(name)).toEqual([]);
  await on.account.clock.advance(second);
  expect(await on.batches(name)).toEqual([["1"]]);
  await on.put(name, "2");
  await on.put(name, "3", "4");
  expect(await on.batches(name)).toEqual([["1"], ["2", "3", "4"]]);
});

test("with a parallelization factor a poison record delays only its own key, and keys keep their order", async () => {
  const { name } = await on.consume(failOn("bad"), {
    ParallelizationFactor: 10,
    BatchSize: 1,
    MaximumRetryAttempts: 3,
  });
  const keys = Array.from({ length: 20 }, (_, i) => `key-${i}`);
  const Records = ["first", "second"].flatMap((text) =>
    keys.map((PartitionKey) => ({ PartitionKey, Data: new TextEncoder().encode(`${PartitionKey} ${text}`) })),
  );
  Records.unshift({ PartitionKey: "key-0", Data: new TextEncoder().encode("bad") });
  await on.kinesis.putRecords({ StreamName: name, Records });
  await on.account.clock.advance(0);
  const others = (await on.batches(name)).flat().filter((text) => !text.startsWith("bad"));
  expect(others.length).toBeGreaterThan(keys.length);
  expect(others).not.toContain("key-0 first");
  await on.account.clock.advance(60 * second);
  const all = (await on.batches(name)).flat().filter((text) => text !== "bad");
  for (const key of keys) {
    expect(all.filter((text) => text.startsWith(`${key} `))).toEqual([`${key} first`, `${key} second`]);
  }
});
