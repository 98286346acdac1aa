import { describe, expect, test } from "vitest";
import { account, record, waitForOutput, waitForRegistrations } from "../support/record.ts";
import { listGrants } from "../support/statements.ts";

const recorder = record();
const { Foundation } = await import("../../components/platform/foundation.ts");
const { DataStore } = await import("../../components/ingestion/data-store.ts");
const { EventIngestion } = await import("../../components/ingestion/event-ingestion.ts");

const foundation = new Foundation("base", { logRetentionDays: 30, deletionProtection: false, tags: {} });
const data = new DataStore("data", {
  foundation,
  interactions: { csvFile: "seed/interactions.csv", schemaFile: "seed/interactions.schema.json" },
  items: { standard: { csvFile: "seed/items.csv", schemaFile: "seed/items.schema.json" } },
});
const ingestion = new EventIngestion("events", {
  foundation,
  data,
  itemsDatasetArn: "arn:dataset/items",
  trackingId: "tracking-1",
  eventTrackerArn: "arn:tracker",
  eventTypes: ["DetailView"],
  config: {
    retentionHours: 48,
    batchSize: 50,
    maximumBatchingWindowSeconds: 1,
    parallelizationFactor: 2,
    maximumRetryAttempts: 100,
    maximumRecordAgeSeconds: 86_400,
    archiveBufferSeconds: 300,
    archiveBufferMegabytes: 50,
    archiveRetentionDays: 365,
    quarantineRetentionDays: 90,
  },
});
await waitForRegistrations();

const key = `arn:aws:kms:eu-west-1:${account}:base-key`;
const stream = `arn:aws:kinesis:eu-west-1:${account}:recommender-test-events`;
const tags = { Project: "recommender", Stack: "test" };

test("the stream scales on demand, is encrypted with the stack's key, and keeps records for two days", () => {
  expect(recorder.one("aws:kinesis/stream:Stream", "events-stream").inputs).toEqual({
    name: "recommender-test-events",
    streamModeDetails: { streamMode: "ON_DEMAND" },
    retentionPeriod: 48,
    encryptionType: "KMS",
    kmsKeyId: key,
    tags,
  });
});

describe("the consumer", () => {
  test("reads from the start, halves bad batches, reports single records, and moves failed batches to the quarantine", () => {
    expect(recorder.of("aws:lambda/eventSourceMapping:EventSourceMapping").map(({ inputs }) => inputs)).toEqual([
      {
        eventSourceArn: stream,
        functionName: "recommender-test-ingest-events",
        startingPosition: "TRIM_HORIZON",
        batchSize: 50,
        maximumBatchingWindowInSeconds: 1,
        parallelizationFactor: 2,
        bisectBatchOnFunctionError: true,
        functionResponseTypes: ["ReportBatchItemFailures"],
        maximumRetryAttempts: 100,
        maximumRecordAgeInSeconds: 86_400,
        destinationConfig: {
          onFailure: { destinationArn: `arn:aws:s3:::recommender-test-quarantine-${account}` },
        },
        metricsConfig: { metrics: ["EventCount"] },
        tags,
      },
    ]);
  });

  test("gets tracker, items, quarantine and stack from its environment", () => {
    const { environment, timeout } = recorder.one("aws:lambda/function:Function", "events-consumer-function").inputs;
    expect(environment).toEqual({
      variables: {
        TRACKING_ID: "tracking-1",
        TRACKER_ARN: "arn:tracker",
        EVENT_TYPES: '["DetailView"]',
        QUARANTINE_BUCKET: `recommender-test-quarantine-${account}`,
        ITEMS_DATASET_ARN: "arn:dataset/items",
        DATA_BUCKET: `recommender-test-data-${account}`,
        CATALOGUE: "catalogue/items.jsonl",
        ITEMS_SCHEMA: "schemas/items.json",
        CHANGED_ITEMS: "items/",
        FALLBACK_KEY: "fallback/popular.json",
        STACK: "test",
      },
    });
    expect(timeout).toBe(60);
  });

  test("may read the stream, put events and items, change what is known about items, write the quarantine, and nothing else", () => {
    const bucket = `arn:aws:s3:::recommender-test-data-${account}`;
    const read = ["catalogue/items.jsonl", "schemas/items.json", "items/*", "fallback/popular.json"];
    const quarantine = `arn:aws:s3:::recommender-test-quarantine-${account}`;
    const logs = `arn:aws:cloudwatch:eu-west-1:${account}:/aws/lambda/recommender-test-ingest-events:*`;
    expect(listGrants(recorder.one("aws:iam/rolePolicy:RolePolicy", "events-consumer-policy"))).toEqual([
      `kinesis:DescribeStream -> ${stream}`,
      `kinesis:DescribeStreamSummary -> ${stream}`,
      `kinesis:GetRecords -> ${stream}`,
      `kinesis:GetShardIterator -> ${stream}`,
      `kinesis:ListShards -> ${stream}`,
      `kms:Decrypt -> ${key}`,
      `kms:Decrypt -> ${key}`,
      `kms:GenerateDataKey -> ${key}`,
      `logs:CreateLogStream -> ${logs}`,
      `logs:PutLogEvents -> ${logs}`,
      "personalize:DescribeEventTracker -> arn:tracker",
      "personalize:PutEvents -> *",
      "personalize:PutItems -> arn:dataset/items",
      `s3:GetObject -> ${read.map((key) => `${bucket}/${key}`).join(" | ")}`,
      `s3:ListBucket -> ${bucket}`,
      `s3:ListBucket -> ${quarantine}`,
      `s3:PutObject -> ${bucket}/items/* | ${bucket}/fallback/popular.json`,
      `s3:PutObject -> ${quarantine}/*`,
    ]);
  });
});

describe("the archive", () => {
  const delivery = recorder.one("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", "events-archive-delivery");

  test("archives every record of the stream by the hour, compressed, one per line, and logs errors", () => {
    const role = `arn:aws:iam:eu-west-1:${account}:recommender-test-archive`;
    const hours = "year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/";
    expect(delivery.inputs).toEqual({
      name: "recommender-test-archive",
      destination: "extended_s3",
      kinesisSourceConfiguration: { kinesisStreamArn: stream, roleArn: role },
      extendedS3Configuration: {
        roleArn: role,
        bucketArn: `arn:aws:s3:::recommender-test-archive-${account}`,
        bufferingInterval: 300,
        bufferingSize: 50,
        compressionFormat: "GZIP",
        prefix: `events/${hours}`,
        errorOutputPrefix: `errors/!{firehose:error-output-type}/${hours}`,
        kmsKeyArn: key,
        cloudwatchLoggingOptions: {
          enabled: true,
          logGroupName: "/aws/kinesisfirehose/recommender-test-archive",
          logStreamName: "delivery",
        },
        processingConfiguration: { enabled: true, processors: [{ type: "AppendDelimiterToRecord" }] },
      },
      tags,
    });
  });

  test("its role is for this account's Firehose only", () => {
    const { assumeRolePolicy } = recorder.one("aws:iam/role:Role", "events-archive-role").inputs;
    expect(JSON.parse(String(assumeRolePolicy)).Statement).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "firehose.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "sts:ExternalId": account } },
      },
    ]);
  });
});

test("archive and quarantine are two buckets, each with its retention", () => {
  const days = recorder
    .of("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
    .filter(({ name }) => name.startsWith("events-"))
    .map(({ name, inputs }) => [name, (inputs.rules as { expiration: { days: number } }[])[0]?.expiration.days]);
  expect(days).toEqual([
    ["events-archive-lifecycle", 365],
    ["events-quarantine-lifecycle", 90],
  ]);
});

test("names for producers are given out", async () => {
  expect(await waitForOutput(ingestion.streamName)).toBe("recommender-test-events");
  expect(await waitForOutput(ingestion.archiveBucketName)).toBe(`recommender-test-archive-${account}`);
  expect(await waitForOutput(ingestion.quarantineBucketName)).toBe(`recommender-test-quarantine-${account}`);
});
