import { expect, test } from "vitest";
import { readFailedBatch } from "../../../cli/archive/quarantine-file.ts";

// The form is that of the Lambda guide, "Retain discarded batch records for a Kinesis event
// source".
const record = (sequenceNumber: string) => ({
  kinesis: {
    kinesisSchemaVersion: "1.0",
    partitionKey: "s-1",
    sequenceNumber,
    data: Buffer.from(sequenceNumber).toString("base64"),
    approximateArrivalTimestamp: 1545084650.987,
  },
  eventSource: "aws:kinesis",
  eventVersion: "1.0",
  eventID: `shardId-000000000006:${sequenceNumber}`,
  eventName: "aws:kinesis:record",
  invokeIdentityArn: "arn:aws:iam::123456789012:role/lambda-role",
  awsRegion: "us-east-2",
  eventSourceARN: "arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream",
});
const event = { Records: [record("1"), record("2")] };
const batch = {
  requestContext: { condition: "RetryAttemptsExhausted", approximateInvokeCount: 1 },
  version: "1.0",
  timestamp: "2018-12-18T00:00:00.000Z",
  KinesisBatchInfo: { shardId: "shardId-000000000006", batchSize: 2 },
  payload: event,
};

test.each([
  ["an object", batch],
  ["a text", { ...batch, payload: JSON.stringify(event) }],
])("records are read from a payload that is %s", (_form, content) => {
  expect(readFailedBatch(JSON.stringify(content))?.records).toMatchObject([
    { id: "shardId-000000000006:1", bytes: Buffer.from("1"), arrivedAt: new Date("2018-12-17T22:10:50.987Z") },
    { id: "shardId-000000000006:2", bytes: Buffer.from("2"), arrivedAt: new Date("2018-12-17T22:10:50.987Z") },
  ]);
});

test("a batch with fewer records keeps everything else", () => {
  const text = readFailedBatch(JSON.stringify(batch))?.withOnly(({ id }) => id.endsWith(":2"));
  expect(JSON.parse(text ?? "")).toEqual({ ...batch, payload: { Records: [record("2")] } });
});

test("a record with several events is several, each with the line in its id; the others leave empty lines", () => {
  const several = record("1");
  several.kinesis.data = Buffer.from('{"a":1}\r\n\n{"a":3}\n{"a":4}').toString("base64");
  const read = readFailedBatch(JSON.stringify({ ...batch, payload: { Records: [several] } }));
  const ids = ["shardId-000000000006:1", "shardId-000000000006:1:3", "shardId-000000000006:1:4"];
  expect(read?.records.map(({ id }) => id)).toEqual(ids);
  const kept = readFailedBatch(read?.withOnly(({ id }) => id === ids[1]) ?? "");
  expect(kept?.records).toMatchObject([{ id: ids[1], bytes: Buffer.from('{"a":3}') }]);
  expect(read?.withOnly(() => false)).toBeUndefined();
});

test("another object is not a batch", () => {
  expect(readFailedBatch("not JSON")).toBeUndefined();
  expect(readFailedBatch('{"payload":{"Records":[{"kinesis":{}}]}}')).toBeUndefined();
});
