import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { itemUpdate } from "../../functions/ingestion/items/item-update-schema.ts";
import { unwrapEvent } from "../../functions/ingestion/record.ts";
import { kindOf } from "../../functions/ingestion/updates/row-kind.ts";
import { readUpdate } from "../../functions/ingestion/updates/row-update.ts";
import { compileFilters } from "../../local/account/services/lambda/event-source/record-filter.ts";
import { createRecord, partOf } from "../functions/ingestion.mts";
import { recordUsual } from "../stacks/recorded-stacks.mts";
import { account } from "../support/record.ts";
import { statementsOf } from "../support/statements.ts";

const { stack } = await recordUsual();

const stream = `arn:aws:kinesis:eu-west-1:${account}:recommender-dev-events`;
const tags = { Project: "recommender", Stack: "dev" };

const mapping = (name: string) =>
  stack.one("aws:lambda/eventSourceMapping:EventSourceMapping", `recommender-${name}`).inputs;
const quarantine = `arn:aws:s3:::recommender-dev-quarantine-${account}`;

describe("the consumer of events", () => {
  test("reads from the start, halves bad batches, reports single records, and moves failed batches to the quarantine", () => {
    expect(mapping("events-mapping")).toEqual({
      eventSourceArn: stream,
      functionName: "recommender-dev-ingest-events",
      startingPosition: "TRIM_HORIZON",
      batchSize: 1_000,
      maximumBatchingWindowInSeconds: 1,
      parallelizationFactor: 1,
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
    const statements = statementsOf(stack.one("aws:iam/rolePolicy:RolePolicy", "recommender-events-consumer-policy"));
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
      functionName: "recommender-dev-update-items",
      batchSize: 100,
      parallelizationFactor: 1,
    });
  });

  test("runs once at a time, and has time for the slowest batch", () => {
    expect(stack.one("aws:lambda/function:Function", "recommender-events-items-function").inputs).toMatchObject({
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
        if (
          !("update" in readUpdate(partOf(createRecord(1, value)), unwrapEvent(value), schema, kindOf("itemUpdate")))
        ) {
          return;
        }
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
