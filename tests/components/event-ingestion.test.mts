import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { itemUpdate } from "../../functions/ingestion/items/item-update-schema.ts";
import { unwrapEvent } from "../../functions/ingestion/stream-record.ts";
import { kindOf } from "../../functions/ingestion/updates/row-kind.ts";
import { readUpdate } from "../../functions/ingestion/updates/row-update.ts";
import { compileFilters } from "../../local/account/services/lambda/event-source/record-filter.ts";
import { createRecord } from "../functions/ingestion.mts";
import { account, record, waitForRegistrations } from "../support/record.ts";
import { statementsOf } from "../support/statements.ts";

const recorder = record();
const { createData } = await import("./seed-data.mts");
const { EventIngestion } = await import("../../components/ingestion/event-ingestion.ts");

const { foundation, data } = createData();
const args = {
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
    servingConcurrency: 100,
  },
};
new EventIngestion("events", args);
new EventIngestion("new-account", { ...args, config: { ...args.config, servingConcurrency: "none" } });
await waitForRegistrations();

const stream = `arn:aws:kinesis:eu-west-1:${account}:recommender-test-events`;
const tags = { Project: "recommender", Stack: "test" };

const mapping = (name: string) => recorder.one("aws:lambda/eventSourceMapping:EventSourceMapping", name).inputs;
const quarantine = `arn:aws:s3:::recommender-test-quarantine-${account}`;

describe("the consumer of events", () => {
  test("reads from the start, halves bad batches, reports single records, and moves failed batches to the quarantine", () => {
    expect(mapping("events-mapping")).toEqual({
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
      destinationConfig: { onFailure: { destinationArn: quarantine } },
      metricsConfig: { metrics: ["EventCount"] },
      tags,
    });
  });

  test("writes the quarantine only while the bucket is this account's", () => {
    const statements = statementsOf(recorder.one("aws:iam/rolePolicy:RolePolicy", "events-consumer-policy"));
    const onQuarantine = statements.filter(({ Resource }) => String(Resource).includes("-quarantine-"));
    expect(onQuarantine.flatMap(({ Action }) => Action)).toEqual(["s3:PutObject", "s3:ListBucket"]);
    for (const { Condition } of onQuarantine) {
      expect(Condition).toEqual({ StringEquals: { "s3:ResourceAccount": account } });
    }
  });
});

describe("the consumer of item updates", () => {
  const patterns = (mapping("events-items-mapping").filterCriteria as { filters: { pattern: string }[] }).filters.map(
    ({ pattern }) => pattern,
  );

  test("has a mapping that differs from the one of events: ten full requests, one at a time, updates only", () => {
    const { filterCriteria: _, ...settings } = mapping("events-items-mapping");
    expect(settings).toEqual({
      ...mapping("events-mapping"),
      functionName: "recommender-test-update-items",
      batchSize: 100,
      parallelizationFactor: 1,
    });
  });

  test("runs once at a time, and has time for the slowest batch", () => {
    expect(recorder.one("aws:lambda/function:Function", "events-items-function").inputs).toMatchObject({
      reservedConcurrentExecutions: 1,
      timeout: 180,
      environment: { variables: { REQUESTS_PER_SECOND: "8" } },
    });
  });

  const text = fc.oneof(fc.string({ minLength: 1, maxLength: 256 }), fc.integer());
  const animalMetadata = fc.record({
    animal_species_id: text,
    animal_primary_breed_id: text,
    animal_size_id: text,
    animal_age_id: text,
  });
  const more = { available: fc.boolean(), columns: fc.dictionary(fc.string(), fc.oneof(text, fc.constant(null))) };
  const content = fc
    .oneof(
      fc.record({ itemId: text, ...more }),
      fc.record({ itemId: fc.constant(null), animalMetadata, ...more }),
      fc.record({ animalMetadata, itemId: text, ...more }, { requiredKeys: ["animalMetadata"] }),
      fc.record({ itemId: text, animalMetadata: fc.constant(null), ...more }),
    )
    .map((itemUpdate) => ({ itemUpdate }));
  const anyUpdate = fc.oneof(
    content,
    content.map((Data) => ({ Partitionkey: "k", Data })),
  );
  const passes = compileFilters(patterns);
  const passesFilter = (value: unknown) => {
    const data = Buffer.from(JSON.stringify(value)).toString("base64");
    const json = JSON.stringify({ kinesis: { data } });
    return passes?.({ json, sequenceNumber: "1", partitionKey: "k", arrival: 0 });
  };

  // The account's language of filters decides here; its own tests have Lambda's rules.
  test("gets every update that the consumer of events leaves to it", () => {
    const schema = itemUpdate();
    let left = 0;
    fc.assert(
      fc.property(anyUpdate, (value) => {
        if (!("update" in readUpdate(createRecord(1, value), unwrapEvent(value), schema, kindOf("itemUpdate")))) return;
        left++;
        expect(passesFilter(value)).toBe(true);
      }),
      { numRuns: 500 },
    );
    expect(left).toBeGreaterThan(100);
  });

  test("gets no visitor event", () => {
    const event = { sessionId: "s", eventType: "DetailView", itemId: "i", animalMetadata: { animal_species_id: "2" } };
    expect(passesFilter(event)).toBe(false);
    expect(passesFilter({ Partitionkey: "s", Data: event })).toBe(false);
  });
});

describe("the archive", () => {
  test("its role is for this account's Firehose only, whether it names its stream or the account", () => {
    const { assumeRolePolicy } = recorder.one("aws:iam/role:Role", "events-archive-role").inputs;
    const trust = { Effect: "Allow", Principal: { Service: "firehose.amazonaws.com" }, Action: "sts:AssumeRole" };
    const deliveryStream = `arn:aws:firehose:eu-west-1:${account}:deliverystream/recommender-test-archive`;
    expect(JSON.parse(String(assumeRolePolicy)).Statement).toEqual([
      { ...trust, Condition: { StringEquals: { "sts:ExternalId": account } } },
      {
        ...trust,
        Condition: {
          StringEquals: { "aws:SourceAccount": account },
          ArnLike: { "aws:SourceArn": deliveryStream },
        },
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
