import type { visitorEvent } from "../../functions/ingestion/events/event-schema.ts";
import { itemUpdate } from "../../functions/ingestion/items/item-update-schema.ts";
import { readPart } from "../../functions/ingestion/read-record.ts";
import { partsOf, type StreamPart, type StreamRecord } from "../../functions/ingestion/record.ts";

/** When the records arrived on the stream, in seconds. */
export const arrival = 1_732_406_400;

/** The columns of the seed's interactions. */
export const seedColumns = [
  { name: "USER_ID", type: "string" },
  { name: "ITEM_ID", type: "string" },
  { name: "TIMESTAMP", type: "long" },
  { name: "EVENT_TYPE", type: "string" },
  { name: "EVENT_VALUE", type: ["float", "null"] },
  { name: "RECOMMENDATION_ID", type: ["string", "null"] },
  { name: "IMPRESSION", type: ["string", "null"] },
];

/** Those, and two more of a stack's. */
export const eventColumns = [
  ...seedColumns,
  { name: "DEVICE", type: ["null", "string"], categorical: true },
  { name: "NUM_RATINGS", type: ["int", "null"] },
];

/**
 * Sets what the components give the consumers in their environments; requests have to wait for a
 * millisecond only.
 */
export function setConsumerEnvironment(dataset: "items" | "users" = "items"): void {
  Object.assign(process.env, {
    TRACKING_ID: "tracking-1",
    TRACKER_ARN: "arn:tracker",
    EVENT_TYPES: '["DetailView"]',
    EVENT_COLUMNS: JSON.stringify(eventColumns),
    QUARANTINE_BUCKET: "quarantine",
    DATASET_ARN: `arn:${dataset}`,
    IMPORTED_ROWS: `catalogue/${dataset}.jsonl`,
    ROWS_SCHEMA: `schemas/${dataset}.json`,
    CHANGED_ROWS: `${dataset}/`,
    DATA_BUCKET: "data",
    FALLBACK_KEY: "fallback/popular.json",
    REQUESTS_PER_SECOND: "1000",
    STACK: "test",
  });
}

/** A record of the stream; a text is its data as it is. */
export const createRecord = (position: number, content: unknown) => ({
  eventID: `shardId-0:${position}`,
  kinesis: {
    data: Buffer.from(typeof content === "string" ? content : JSON.stringify(content)).toString("base64"),
    sequenceNumber: String(position),
    approximateArrivalTimestamp: arrival,
  },
});

/** The only part of a record. */
export function partOf(record: StreamRecord): StreamPart {
  const [part, another] = partsOf(record);
  if (!part || another) throw new Error("The record has several parts.");
  return part;
}

/** Reads a record's event, as `ingest-events` does. */
export function readRecord(record: StreamRecord, schema: ReturnType<typeof visitorEvent>) {
  const read = readPart(partOf(record), { event: schema, itemUpdate: itemUpdate() });
  if ("update" in read) throw new Error("The record is an update.");
  return read;
}
