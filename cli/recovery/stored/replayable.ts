import { schemaKey } from "../../../contract/layout";
import type { Field } from "../../../functions/ingestion/columns";
import { type Interaction, readEvent } from "../../../functions/ingestion/events/event-record";
import { visitorEvent } from "../../../functions/ingestion/events/event-schema";
import { readChanges } from "../../../functions/ingestion/items/item-columns";
import { isItemUpdate, readItemUpdate } from "../../../functions/ingestion/items/item-record";
import { itemUpdate } from "../../../functions/ingestion/items/item-update-schema";
import { decodeEvent } from "../../../functions/ingestion/stream-record";
import { isObject } from "../../stack/json";
import type { StackReader } from "../../stack/read-stacks";
import { readObject } from "./objects";
import { copyMark, type StoredRecord } from "./stored-event";

export type RecordRules = Awaited<ReturnType<typeof readRules>>;

/** Reads the consumer's rules for records. */
export async function readRules(stack: StackReader) {
  const readFields = async (dataset: "interactions" | "items") => {
    const schema = await readObject(stack, { bucket: stack.dataBucket, key: schemaKey(dataset) });
    return (JSON.parse(schema.toString("utf8")) as { fields: Field[] }).fields;
  };
  const event = visitorEvent(stack.eventTypes, await readFields("interactions"));
  return { event, update: itemUpdate(), itemFields: await readFields("items") };
}

/** A stored record in a form that has the same meaning whenever it arrives. */
export interface ReplayableRecord {
  /** Absent for an update of an item. */
  readonly interaction?: Interaction;
  /** The visitor's session or the item (docs/contract.md). */
  readonly partitionKey: string;
  /** JSON, for the stream. */
  readonly text: string;
}

/**
 * Judges a stored record by the consumer's own rules at the time `now`. The consumer takes a missing event id and time from
 * the record (functions/ingestion/events/event-record.ts). A later record has others, so they are written into the event:
 * Personalize ignores an event whose id it knows (API reference, Event), and the visitor's history keeps its order. An
 * update of an item has no id; with its first time, the consumer ignores it when the item has a later one.
 */
export function toReplayable(
  stored: StoredRecord,
  rules: RecordRules,
  now: Date,
): ReplayableRecord | { readonly reason: string } {
  const decoded = decodeEvent(stored.data);
  if ("reason" in decoded) return decoded;
  const value = complete(stored, decoded.value);
  const text = JSON.stringify(value);
  const data = Buffer.from(text).toString("base64");
  const kinesis = { data, sequenceNumber: "", approximateArrivalTimestamp: now.getTime() / 1000 };
  // The copy is larger than the record was.
  const again = decodeEvent(data);
  if ("reason" in again) return again;
  const record = { eventID: stored.id, kinesis };
  if (!isItemUpdate(value)) {
    const read = readEvent(record, value, rules.event);
    if ("reason" in read) return read;
    return { interaction: read.interaction, partitionKey: read.interaction.sessionId, text };
  }
  const read = readItemUpdate(record, value, rules.update);
  if ("reason" in read) return read;
  const changes = readChanges(read.update, rules.itemFields);
  return "reason" in changes ? changes : { partitionKey: read.update.itemId, text };
}

/** Adds what the consumer took from the record, and the mark of a copy. */
function complete({ id, arrivedAt }: StoredRecord, value: unknown): unknown {
  if (!isObject(value)) return value;
  const eventId = isItemUpdate(value) ? {} : { eventId: value.eventId ?? id };
  return { ...value, ...eventId, timestamp: value.timestamp ?? arrivedAt.toISOString(), [copyMark]: id };
}

/** Counts a reason without the times in it, so that records with the same fault are counted together. */
export function countReason(counts: Record<string, number>, text: string): void {
  const reason = text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "…");
  counts[reason] = (counts[reason] ?? 0) + 1;
}
