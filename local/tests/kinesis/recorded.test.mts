import { Kinesis } from "@aws-sdk/client-kinesis";
import { expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

const account = await openAccount();
const kinesis = new Kinesis(sdk(account));

// Recorded on AWS: test_create_stream_without_shard_count of localstack's
// tests/aws/services/kinesis.
test("a stream without mode and ShardCount has four shards", async () => {
  await kinesis.createStream({ StreamName: "s" });
  const { StreamDescriptionSummary } = await kinesis.describeStreamSummary({ StreamName: "s" });
  expect(StreamDescriptionSummary).toMatchObject({
    OpenShardCount: 4,
    StreamModeDetails: { StreamMode: "PROVISIONED" },
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
