// The SDKs for Java send Kinesis CBOR with the operation in `X-Amz-Target` (`aws-cbor-protocol` of
// the SDK for Java 2).
import { cbor, tag } from "@smithy/core/cbor";
import { expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { signedFor } from "../support/aws.ts";

const account = await openAccount({ speed: 1 });
await call("CreateStream", { StreamName: "pets", ShardCount: 1 });
await account.clock.advance(60_000);

async function call(operation: string, input: object) {
  const response = await fetch(account.origin, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-cbor-1.1",
      "x-amz-target": `Kinesis_20131202.${operation}`,
      ...signedFor("kinesis"),
    },
    body: cbor.serialize(input),
  });
  const body = new Uint8Array(await response.arrayBuffer());
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    output: body.length > 0 ? cbor.deserialize(body) : undefined,
  };
}

test("a record's bytes and its time, in whole milliseconds, come back", async () => {
  const put = await call("PutRecord", { StreamName: "pets", PartitionKey: "a", Data: Buffer.from("rex") });
  expect(put).toMatchObject({ status: 200, type: "application/x-amz-cbor-1.1" });

  const { output } = await call("GetShardIterator", {
    StreamName: "pets",
    ShardId: put.output.ShardId,
    ShardIteratorType: "TRIM_HORIZON",
  });
  const read = await call("GetRecords", { ShardIterator: output.ShardIterator });
  const [record] = read.output.Records;
  expect(Buffer.from(record.Data).toString()).toBe("rex");
  expect(record.ApproximateArrivalTimestamp).toMatchObject({ tag: 1 });
  expect(Math.abs(Number(record.ApproximateArrivalTimestamp.value) - account.clock.now())).toBeLessThan(60_000);
});

test("a time in a request is in milliseconds", async () => {
  const between = account.clock.now() + 30_000;
  await account.clock.advance(60_000);
  await call("PutRecord", { StreamName: "pets", PartitionKey: "a", Data: Buffer.from("later") });
  const { output } = await call("GetShardIterator", {
    StreamName: "pets",
    ShardId: "shardId-000000000000",
    ShardIteratorType: "AT_TIMESTAMP",
    Timestamp: tag({ tag: 1, value: between }),
  });
  const read = await call("GetRecords", { ShardIterator: output.ShardIterator });
  expect(read.output.Records.map(({ Data }: { Data: Uint8Array }) => Buffer.from(Data).toString())).toEqual(["later"]);
});

test("an error has its type and message in CBOR", async () => {
  const { status, output } = await call("DescribeStreamSummary", { StreamName: "cats" });
  expect(status).toBe(400);
  expect(output).toMatchObject({ __type: "ResourceNotFoundException", message: expect.stringContaining("cats") });
});
