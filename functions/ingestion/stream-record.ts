import { clockTolerance } from "../values/time";
import { memberOf } from "./updates/row-kind";

/** The fields of a stream record that are read here. */
export interface StreamRecord {
  /** `<shard id>:<sequence number>` */
  eventID: string;
  kinesis: { data: string; sequenceNumber: string; approximateArrivalTimestamp: number };
}

/**
 * The service's limit for one event (Personalize quotas: 10 KB); valid visitor events are much
 * smaller.
 */
const largestRecord = 10_240;

export function arrivalOf({ kinesis }: StreamRecord): Date {
  return new Date(kinesis.approximateArrivalTimestamp * 1000);
}

/** Returns the reason to refuse a time that is later than the record's arrival. */
export function describeFuture(record: StreamRecord, timestamp: Date | undefined): string | undefined {
  if (timestamp === undefined || timestamp.getTime() <= arrivalOf(record).getTime() + clockTolerance) return undefined;
  return `timestamp: is ${timestamp.toISOString()}, later than the record's arrival; check the producer's clock`;
}

/**
 * Returns the JSON value of a record's event, or the reason why there is none. White space around
 * it does not count: the archive does not show to which of two records a line break between them
 * belongs.
 */
export function decodeEvent(base64: string): { value: unknown } | { reason: string } {
  const bytes = trimWhiteSpace(Buffer.from(base64, "base64"));
  if (bytes.length === 0) return { reason: "record: is empty" };
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
  try {
    const value = unwrapEvent(JSON.parse(text));
    return memberOf(value) && bytes[0] === byteOrderMark ? { reason: markedUpdate } : { value };
  } catch {
    return { reason: "record: is not JSON" };
  }
}

/** The first byte of a byte order mark in UTF-8, with which no character of a JSON text begins. */
const byteOrderMark = 0xef;

/**
 * The filters of the mappings of updates drop data that are not valid JSON (Lambda guide,
 * "Using event filtering with a Kinesis event source"), and a JSON text has no byte order mark (RFC
 * 8259, section 8.1): nothing would apply the update.
 */
const markedUpdate = "record: begins with a byte order mark, which an update must not have; send UTF-8 without";

/** The white space of JSON (RFC 8259, section 2); other characters that look empty are no JSON. */
const whiteSpace: readonly (number | undefined)[] = [0x20, 0x09, 0x0a, 0x0d];

/** Returns the bytes without the white space at both ends. */
export function trimWhiteSpace(bytes: Buffer): Buffer {
  let start = 0;
  let end = bytes.length;
  while (start < end && whiteSpace.includes(bytes[start])) start++;
  while (end > start && whiteSpace.includes(bytes[end - 1])) end--;
  return bytes.subarray(start, end);
}

/** Producers send the event alone, or as `Data` together with `Partitionkey` (docs/contract.md). */
export function unwrapEvent(value: unknown): unknown {
  return value !== null && typeof value === "object" && "Data" in value && "Partitionkey" in value ? value.Data : value;
}
