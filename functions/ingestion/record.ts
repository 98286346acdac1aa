import { clockTolerance } from "../../values/time";
import { isOfSeveralLines, type Part, splitRecord } from "./record-parts";
import { updateOf } from "./updates/row-kind";

/** The fields of a stream record that are read here. */
export interface StreamRecord {
  /** `<shard id>:<sequence number>` */
  eventID: string;
  kinesis: { data: string; sequenceNumber: string; approximateArrivalTimestamp: number };
}

/** A part of a stream record: an event or an update. */
export interface StreamPart extends Part {
  readonly record: StreamRecord;
}

/** Returns the parts of a record. */
export const partsOf = (record: StreamRecord): StreamPart[] =>
  splitRecord(Buffer.from(record.kinesis.data, "base64")).map((part) => ({ ...part, record }));

/**
 * Returns the id of a part that is the same whenever it is delivered: in the first line the
 * record's, in others with the line's number.
 */
export const idOf = ({ eventID }: Pick<StreamRecord, "eventID">, { numbers: [first = 1] }: Part): string =>
  first === 1 ? eventID : `${eventID}:${first}`;

/**
 * The service's limit for one event (Personalize quotas: 10 KB); valid visitor events are much
 * smaller.
 */
const largestRecord = 10_240;

/**
 * The lines of a record that are read. Each visitor's events are sent one call after another, and a
 * record of 1 MiB has room for more than the consumer can send in its 60 seconds: it would be
 * delivered again until it is too old, and hold up its shard.
 */
const mostLines = 5000;

export function arrivalOf({ kinesis }: StreamRecord): Date {
  return new Date(kinesis.approximateArrivalTimestamp * 1000);
}

/** Returns the reason to refuse a time that is later than the record's arrival. */
export function describeFuture({ record }: StreamPart, timestamp: Date | undefined): string | undefined {
  if (timestamp === undefined || timestamp.getTime() <= arrivalOf(record).getTime() + clockTolerance) return undefined;
  return `timestamp: is ${timestamp.toISOString()}, later than the record's arrival; check the producer's clock`;
}

/**
 * Returns the JSON value of a part, an event or an update, or the reason why there is none. White
 * space around it does not count: the archive does not show to which of two records a line break
 * between them belongs.
 */
export function decodeRecord(part: Part): { value: unknown } | { reason: string } {
  const { bytes } = part;
  if (bytes.length === 0) return { reason: "record: is empty" };
  if ((part.numbers[0] ?? 1) > mostLines) {
    return { reason: `record: has more than ${mostLines} lines; send the others in another record` };
  }
  if (isOfSeveralLines(part)) return { reason: "record: is more than one line; send JSON on one line" };
  if (bytes.length > largestRecord) {
    return { reason: `record: has ${bytes.length} bytes; an event has at most ${largestRecord}` };
  }
  let text: string;
  try {
    // A byte order mark is left out.
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { reason: "record: is not UTF-8" };
  }
  let value: unknown;
  try {
    value = unwrapEvent(JSON.parse(text));
  } catch {
    return { reason: "record: is not JSON" };
  }
  const reason = updateOf(value) && describeLostUpdate(part);
  return reason === undefined ? { value } : { reason };
}

/** The first byte of a byte order mark in UTF-8, with which no character of a JSON text begins. */
const byteOrderMark = 0xef;

/**
 * Returns why nothing would apply an update. The filters of the mappings of updates drop data that
 * are not valid JSON (Lambda guide, "Using event filtering with a Kinesis event source"): several
 * lines are none, and a JSON text has no byte order mark (RFC 8259, section 8.1).
 */
function describeLostUpdate({ bytes, isAlone }: Part): string | undefined {
  if (bytes[0] === byteOrderMark) {
    return "record: begins with a byte order mark, which an update must not have; send UTF-8 without";
  }
  return isAlone ? undefined : "record: has an update and other lines; send each update alone";
}

/** Producers send the event alone, or as `Data` together with `Partitionkey` (docs/contract.md). */
export function unwrapEvent(value: unknown): unknown {
  return value !== null && typeof value === "object" && "Data" in value && "Partitionkey" in value ? value.Data : value;
}
