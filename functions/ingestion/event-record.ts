import { describeIssues } from "../support/schema";
import type { Columns } from "./columns";
import { dropNulls, isColumnName } from "./event-columns";
import type { visitorEvent } from "./event-schema";

/** The fields of a stream record that are read here. */
export interface StreamRecord {
  /** `<shard id>:<sequence number>` */
  eventID: string;
  kinesis: { data: string; sequenceNumber: string; approximateArrivalTimestamp: number };
}

/** One event as PutEvents takes it, with its visitor. */
export interface Interaction {
  record: StreamRecord;
  userId: string | undefined;
  sessionId: string;
  /** The schema's own columns; absent when the event has none. PutEvents takes them as `properties`. */
  context?: Columns;
  event: {
    eventId: string;
    sentAt: Date;
    eventType: string;
    itemId: string;
    eventValue?: number;
    recommendationId?: string;
    impression?: string[];
  };
}

/** The service's limit for one event (Personalize quotas: 10 KB); valid visitor events are much smaller. */
const largestRecord = 10_240;

/**
 * The most milliseconds by which a producer's clock may be ahead. Until its time, an event from the future would stay the
 * newest of its visitor and of every training.
 */
const clockTolerance = 5 * 60_000;

/** Returns the interaction in a record, or the reason why there is none. A reason never quotes the record's content. */
export function readRecord(
  record: StreamRecord,
  schema: ReturnType<typeof visitorEvent>,
): { interaction: Interaction } | { reason: string } {
  const content = decodeEvent(record.kinesis.data);
  return "reason" in content ? content : readEvent(record, content.value, schema);
}

/** Returns the interaction in a record whose data were decoded, or the reason why there is none. */
export function readEvent(
  record: StreamRecord,
  value: unknown,
  schema: ReturnType<typeof visitorEvent>,
): { interaction: Interaction } | { reason: string } {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => ({ ...issue, path: leaveOutName(issue) }));
    return { reason: describeIssues({ issues }, "event") };
  }
  const { userId, sessionId, eventType, itemId, eventId, timestamp, eventValue, recommendationId } = parsed.data;
  const { impression = [], context = {} } = parsed.data;
  const columns = dropNulls(context);
  const late = describeFuture(record, timestamp);
  if (late !== undefined) return { reason: late };
  // An event's own itemId was checked with the other fields.
  if (itemId.length > 256) return { reason: "animalMetadata: the group id is longer than 256 characters" };
  return {
    interaction: {
      record,
      userId,
      sessionId,
      ...(Object.keys(columns).length === 0 ? {} : { context: columns }),
      event: {
        // Without an event id, the record's id: a batch that is delivered again counts once.
        eventId: eventId ?? record.eventID,
        sentAt: timestamp ?? arrivalOf(record),
        eventType,
        itemId,
        ...(eventValue === undefined ? {} : { eventValue }),
        ...(recommendationId === undefined ? {} : { recommendationId }),
        // The service takes no empty list.
        ...(impression.length === 0 ? {} : { impression }),
      },
    },
  };
}

/**
 * An issue of a value in a context is one of the context as a whole when its name may be anything. Ours say which column it
 * is.
 */
function leaveOutName({ code, path }: { code?: string | undefined; path: readonly PropertyKey[] }) {
  const isOfAnyName = path[0] === "context" && path.length > 1 && code !== "custom" && !isColumnName(String(path[1]));
  return isOfAnyName ? path.slice(0, 1) : path;
}

/** Returns when the record arrived on the stream. */
export function arrivalOf({ kinesis }: StreamRecord): Date {
  return new Date(kinesis.approximateArrivalTimestamp * 1000);
}

/** Returns the reason to refuse a time that is later than the record's arrival. */
export function describeFuture(record: StreamRecord, timestamp: Date | undefined): string | undefined {
  if (timestamp === undefined || timestamp.getTime() <= arrivalOf(record).getTime() + clockTolerance) return undefined;
  return `timestamp: is ${timestamp.toISOString()}, later than the record's arrival; check the producer's clock`;
}

/** Returns the JSON value of a record's event, or the reason why there is none. */
export function decodeEvent(base64: string): { value: unknown } | { reason: string } {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length === 0) return { reason: "record: is empty" };
  if (bytes.length > largestRecord) {
    return { reason: `record: has ${bytes.length} bytes; an event has at most ${largestRecord}` };
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { reason: "record: is not UTF-8" };
  }
  try {
    return { value: unwrapEvent(JSON.parse(text)) };
  } catch {
    return { reason: "record: is not JSON" };
  }
}

/** Producers send the event alone, or as `Data` together with `Partitionkey` (docs/contract.md). */
export function unwrapEvent(value: unknown): unknown {
  return value !== null && typeof value === "object" && "Data" in value && "Partitionkey" in value ? value.Data : value;
}
