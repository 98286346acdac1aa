import { Kinesis } from "@aws-sdk/client-kinesis";
import { expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

const account = await openAccount();
const kinesis = new Kinesis(sdk(account));

// Recorded on AWS: test_create_stream_without_shard_count of localstack's tests/aws/services/kinesis.
test("a stream without mode and ShardCount has four shards, and counts towards the limits", async () => {
  const before = await kinesis.describeLimits({});
  await kinesis.createStream({ StreamName: "s" });
  await kinesis.createStream({ StreamName: "d", StreamModeDetails: { StreamMode: "ON_DEMAND" } });
  const { StreamDescriptionSummary } = await kinesis.describeStreamSummary({ StreamName: "s" });
  expect(StreamDescriptionSummary).toMatchObject({
    OpenShardCount: 4,
    StreamModeDetails: { StreamMode: "PROVISIONED" },
  });
  expect(before).toMatchObject({ ShardLimit: 500, OpenShardCount: 0, OnDemandStreamCount: 0 });
  expect(await kinesis.describeLimits({})).toMatchObject({
    ...{ ShardLimit: 500, OpenShardCount: 4, OnDemandStreamCount: 1, OnDemandStreamCountLimit: 50 },
  });
});

test("a record that is not encrypted has no EncryptionType (test_record_lifecycle_data_integrity)", async () => {
  await kinesis.createStream({ StreamName: "plain", ShardCount: 1 });
  await account.clock.advance(1_000);
  await kinesis.putRecord({ StreamName: "plain", PartitionKey: "a", Data: Buffer.from("data") });
  const { ShardIterator } = await kinesis.getShardIterator({
    StreamName: "plain",
    ShardId: "shardId-000000000000",
    ShardIteratorType: "TRIM_HORIZON",
  });
  const { Records = [] } = await kinesis.getRecords({ ShardIterator });
  expect(Records.map((record) => Object.keys(record).sort())).toEqual([
    ["ApproximateArrivalTimestamp", "Data", "PartitionKey", "SequenceNumber"],
  ]);
});

// Answers of AWS in getmoto/moto, tests/test_kinesis/test_kinesis.py.
test("a wrong retention is explained", async () => {
  const StreamName = "retained";
  await kinesis.createStream({ StreamName, ShardCount: 1 });
  await account.clock.advance(60_000);
  const increase = (RetentionPeriodHours: number) =>
    kinesis.increaseStreamRetentionPeriod({ StreamName, RetentionPeriodHours });
  const decrease = (RetentionPeriodHours: number) =>
    kinesis.decreaseStreamRetentionPeriod({ StreamName, RetentionPeriodHours });
  await increase(30);
  await account.clock.advance(60_000);
  await expect(increase(25)).rejects.toThrow(
    "Requested retention period (25 hours) for stream retained can not be shorter than existing retention period (30 hours). Use DecreaseRetentionPeriod API.",
  );
  await expect(increase(20)).rejects.toThrow(
    "Minimum allowed retention period is 24 hours. Requested retention period (20 hours) is too short.",
  );
  await expect(increase(9999)).rejects.toThrow(
    "Maximum allowed retention period is 8760 hours. Requested retention period (9999 hours) is too long.",
  );
  await expect(decrease(40)).rejects.toThrow(
    "Requested retention period (40 hours) for stream retained can not be longer than existing retention period (30 hours). Use IncreaseRetentionPeriod API.",
  );
});
