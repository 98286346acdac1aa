import type { Field } from "../../functions/ingestion/columns";
import type { Interaction } from "../../functions/ingestion/events/event-record";
import { visitorEvent } from "../../functions/ingestion/events/event-schema";
import { readChanges } from "../../functions/ingestion/items/item-columns";
import type { ItemUpdate } from "../../functions/ingestion/items/item-record";
import { itemUpdate } from "../../functions/ingestion/items/item-update-schema";
import { type RecordSchemas, readRecord } from "../../functions/ingestion/read-record";
import { schemaKey } from "../../names/layout";
import type { StackReader } from "../stack/stack";
import { readObject } from "./objects";
import type { StoredRecord } from "./stored-event";

export interface RecordRules extends RecordSchemas {
  readonly itemFields: readonly Field[];
}

/** Reads the consumer's rules for records. */
export async function readRules(stack: StackReader): Promise<RecordRules> {
  const readFields = async (dataset: "interactions" | "items") => {
    const schema = await readObject(stack, { bucket: stack.dataBucket, key: schemaKey(dataset) });
    return (JSON.parse(schema.toString("utf8")) as { fields: Field[] }).fields;
  };
  const event = visitorEvent(stack.eventTypes, await readFields("interactions"));
  return { event, update: itemUpdate(), itemFields: await readFields("items") };
}

/** The answer of the stream's consumers to a stored record. */
export type Judged =
  | { readonly interaction: Interaction }
  | { readonly update: ItemUpdate }
  | { readonly reason: string };

/** Judges a stored record as the consumers of the stream do when it arrives at this time. */
export function judgeRecord(
  { id, data, arrivedAt }: StoredRecord,
  { itemFields, ...schemas }: RecordRules,
  arrival = arrivedAt,
): Judged {
  const kinesis = { data, sequenceNumber: "", approximateArrivalTimestamp: arrival.getTime() / 1000 };
  const read = readRecord({ eventID: id, kinesis }, schemas);
  if (!("update" in read)) return read;
  const changes = readChanges(read.update, itemFields);
  return "reason" in changes ? changes : read;
}

/**
 * Counts a reason without the times in it, so that records with the same fault are counted
 * together.
 */
export function countReason(counts: Record<string, number>, text: string): void {
  const reason = text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "…");
  counts[reason] = (counts[reason] ?? 0) + 1;
}
