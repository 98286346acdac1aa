import { decodeEvent, type Interaction, readRecord, unwrapEvent } from "../../functions/ingestion/event-record";
import type { visitorEvent } from "../../functions/ingestion/event-schema";

export type EventSchema = ReturnType<typeof visitorEvent>;

/** A record of the stream as one of the buckets stores it. */
export interface StoredRecord {
  /** The same at every reading. For a record whose shard is known, the event id that the consumer gave it. */
  readonly id: string;
  /** Base64, as in the event of the Lambda function. */
  readonly data: string;
  readonly arrivedAt: Date;
}

/** The field that marks an event as a copy of an earlier record, with that record's id. */
export const copyMark = "replayOf";

/** A stored record in a form that has the same meaning whenever it arrives. */
export interface ReplayableEvent {
  readonly interaction: Interaction;
  /** JSON, for the stream. */
  readonly text: string;
}

/**
 * Judges a stored record by the consumer's own rules at the time `now`. The consumer takes a missing event id and time from
 * the record (functions/ingestion/event-record.ts). A later record has others, so they are written into the event:
 * Personalize ignores an event whose id it knows (API reference, Event), and the visitor's history keeps its order.
 */
export function toReplayableEvent(
  stored: StoredRecord,
  schema: EventSchema,
  now: Date,
): ReplayableEvent | { readonly reason: string } {
  const decoded = decodeEvent(stored.data);
  if ("reason" in decoded) return decoded;
  const { value } = decoded;
  const complete = isObject(value)
    ? {
        ...value,
        eventId: value.eventId ?? stored.id,
        timestamp: value.timestamp ?? stored.arrivedAt.toISOString(),
        [copyMark]: stored.id,
      }
    : value;
  const text = JSON.stringify(complete);
  const kinesis = {
    data: Buffer.from(text).toString("base64"),
    sequenceNumber: "",
    approximateArrivalTimestamp: now.getTime() / 1000,
  };
  const read = readRecord({ eventID: stored.id, kinesis }, schema);
  return "reason" in read ? read : { interaction: read.interaction, text };
}

/** Whether an event was put on the stream by a replay. The archive then has the original as well. */
export function isCopy(event: unknown): boolean {
  return isObject(event) && copyMark in event;
}

/** Returns the event in a JSON text, without its wrapper; undefined when it is not JSON. */
export function parseEvent(text: string): unknown {
  try {
    return unwrapEvent(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Who an event is about. Also read from events that the consumer refuses. */
export interface EventVisitor {
  readonly userId: string | undefined;
  readonly sessionId: string | undefined;
}

/** Returns the ids in an event's JSON value; ids may be numbers, as in the consumer's schema. */
export function readVisitor(value: unknown): EventVisitor {
  const text = (id: unknown) => (typeof id === "string" || typeof id === "number" ? String(id) : undefined);
  return isObject(value)
    ? { userId: text(value.userId), sessionId: text(value.sessionId) }
    : { userId: undefined, sessionId: undefined };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
