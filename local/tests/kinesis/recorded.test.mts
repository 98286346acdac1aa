import {
  CreateStreamCommand,
  DescribeLimitsCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordCommand,
} from "@aws-sdk/client-kinesis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Account, startAccount } from "../../account/account.ts";
import { sdk } from "../support/aws.ts";

let account: Account;
let kinesis: KinesisClient;
beforeAll(async () => {
  account = await startAccount({ speed: 0 });
  kinesis = new KinesisClient(sdk(account));
});
afterAll(async () => {
  kinesis.destroy();
  await account.close();
});

// Recorded on AWS: test_create_stream_without_shard_count of localstack's tests/aws/services/kinesis.
test("a stream without mode and ShardCount has four shards, and counts towards the limits", async () => {
  const before = await kinesis.send(new DescribeLimitsCommand({}));
  await kinesis.send(new CreateStreamCommand({ StreamName: "s" }));
  await kinesis.send(new CreateStreamCommand({ StreamName: "d", StreamModeDetails: { StreamMode: "ON_DEMAND" } }));
  const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: "s" }));
  expect(StreamDescriptionSummary).toMatchObject({
    OpenShardCount: 4,
    StreamModeDetails: { StreamMode: "PROVISIONED" },
  });
  expect(before).toMatchObject({ ShardLimit: 500, OpenShardCount: 0, OnDemandStreamCount: 0 });
  expect(await kinesis.send(new DescribeLimitsCommand({}))).toMatchObject({
    ...{ ShardLimit: 500, OpenShardCount: 4, OnDemandStreamCount: 1, OnDemandStreamCountLimit: 50 },
  });
});

test("a record that is not encrypted has no EncryptionType (test_record_lifecycle_data_integrity)", async () => {
  await kinesis.send(new CreateStreamCommand({ StreamName: "plain", ShardCount: 1 }));
  await account.clock.advance(1_000);
  await kinesis.send(new PutRecordCommand({ StreamName: "plain", PartitionKey: "a", Data: Buffer.from("data") }));
  const { ShardIterator } = await kinesis.send(
    new GetShardIteratorCommand({
      StreamName: "plain",
      ShardId: "shardId-000000000000",
      ShardIteratorType: "TRIM_HORIZON",
    }),
  );
  const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
  expect(Records.map((record) => Object.keys(record).sort())).toEqual([
    ["ApproximateArrivalTimestamp", "Data", "PartitionKey", "SequenceNumber"],
  ]);
});
