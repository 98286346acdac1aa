import { clockTolerance } from "../values/time";

/** The fields of a stream record that are read here. */
export interface StreamRecord {
  /** `<shard id>:<sequence number>` */
  eventID: string;
  kinesis: { data: string; sequenceNumber: string; approximateArrivalTimestamp: number };
}

/** The service's limit for one event (Personalize quotas: 10 KB); valid visitor events are much smaller. */
const largestRecord = 10_240;

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
