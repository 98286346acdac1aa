import type { Interaction } from "../../functions/ingestion/events/event-record";
import { visitorEvent } from "../../functions/ingestion/events/event-schema";
import { itemUpdate } from "../../functions/ingestion/items/item-update-schema";
import { type RecordSchemas, readPart } from "../../functions/ingestion/read-record";
import { readChanges } from "../../functions/ingestion/updates/row-columns";
import type { RowKind } from "../../functions/ingestion/updates/row-kind";
import type { RowUpdate } from "../../functions/ingestion/updates/row-update";
import { userUpdate } from "../../functions/ingestion/users/user-update-schema";
import { type DatasetName, schemaKey } from "../../names/layout";
import type { Field } from "../../values/columns";
import { readObject } from "../archive/objects";
import { type StoredRecord, toPart } from "../archive/stored-event";
import type { StackReader } from "../stack/stack";

export interface RecordRules extends RecordSchemas {
  /** The columns that updates change. */
  readonly fields: Readonly<Partial<Record<RowKind["update"], readonly Field[]>>>;
}

/** Reads the consumer's rules for records. */
export async function readRules(stack: StackReader): Promise<RecordRules> {
  const readFields = async (dataset: DatasetName) => {
    const schema = await readObject(stack, { bucket: stack.dataBucket, key: schemaKey(dataset) });
    return (JSON.parse(schema.toString("utf8")) as { fields: Field[] }).fields;
  };
  const event = visitorEvent(stack.eventTypes, await readFields("interactions"));
  const itemFields = await readFields("items");
  const userFields = stack.hasUsers ? await readFields("users") : undefined;
  return {
    event,
    itemUpdate: itemUpdate(),
    userUpdate: userFields && userUpdate(),
    fields: { itemUpdate: itemFields, ...(userFields && { userUpdate: userFields }) },
  };
}

/** The answer of the stream's consumers to a stored record. */
export type Judged =
  | { readonly interaction: Interaction }
  | { readonly update: RowUpdate; readonly kind: RowKind }
  | { readonly reason: string };

/** Later than any time of an event (values/time.ts). */
export const endOfTime = new Date(8e15);

/** Judges a stored record as the consumers of the stream do when it arrives at this time. */
export function judgeRecord(
  stored: StoredRecord,
  { fields, ...schemas }: RecordRules,
  arrival = stored.arrivedAt,
): Judged {
  const read = readPart(toPart(stored, arrival), schemas);
  if (!("update" in read)) return read;
  const changes = readChanges(read.update, fields[read.kind.update] ?? [], read.kind);
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
