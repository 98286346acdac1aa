import type { Interaction } from "../../../functions/ingestion/events/event-record";
import { decodeRecord } from "../../../functions/ingestion/record";
import { updateOf } from "../../../functions/ingestion/updates/row-kind";
import { copyMark, type StoredRecord, toPart } from "../../archive/stored-event";
import { type Judged, judgeRecord, type RecordRules } from "../../judge/judge-record";
import { isObject } from "../../stack/json";
import type { KnownUpdate } from "./known-rows";

/** A stored record in a form that has the same meaning whenever it arrives. */
export interface RecordCopy {
  /** Absent for an update of an item. */
  readonly interaction?: Interaction;
  /** Absent for an event. */
  readonly row?: KnownUpdate;
  /** The visitor's session or the item (docs/contract.md). */
  readonly partitionKey: string;
  /** JSON, for the stream. */
  readonly text: string;
}

/**
 * Creates the copy of a stored record that arrives at the time `now`, or says why the consumer
 * would refuse it. The consumer takes a missing event id and time from the record
 * (functions/ingestion/events/event-record.ts). A later record has others, so they are written into
 * the event: Personalize ignores an event whose id it knows (API reference, Event), and the
 * visitor's history keeps its order. An update of an item has no id; with its first time, the
 * consumer ignores it when the item has a later one.
 */
export function copyRecord(
  stored: StoredRecord,
  rules: RecordRules,
  now: Date,
): RecordCopy | { readonly reason: string } {
  const decoded = decodeRecord(toPart(stored, now));
  if ("reason" in decoded) return decoded;
  const value = complete(stored, decoded.value);
  const judge = (text: string) => judgeRecord({ ...stored, bytes: Buffer.from(text) }, rules, now);
  const marked = JSON.stringify(isObject(value) ? { ...value, [copyMark]: stored.id } : value);
  const read = judge(marked);
  if (!("reason" in read)) return toCopy(read, marked);
  // An event at the limit has no room for the mark, which is only for the archive's readers.
  const text = JSON.stringify(value);
  const again = judge(text);
  return "reason" in again ? again : toCopy(again, text);
}

function toCopy(read: Exclude<Judged, { reason: string }>, text: string): RecordCopy {
  if ("update" in read) return { row: read, partitionKey: read.update.id, text };
  const { interaction } = read;
  return { interaction, partitionKey: interaction.sessionId, text };
}

/** Adds what the consumer took from the record. */
function complete({ id, arrivedAt }: StoredRecord, value: unknown): unknown {
  if (!isObject(value)) return value;
  const eventId = updateOf(value) ? {} : { eventId: value.eventId ?? id };
  return { ...value, ...eventId, timestamp: value.timestamp ?? arrivedAt.toISOString() };
}
