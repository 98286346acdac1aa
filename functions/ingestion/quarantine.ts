import { prefixes } from "../../names/layout";
import { connectS3 } from "../support/clients";
import { log } from "../support/telemetry";
import type { StreamRecord } from "./stream-record";

/** A record that can never become an interaction, and why. */
export interface QuarantinedRecord {
  record: StreamRecord;
  reason: string;
}

/** Creates the function that stores a bad record in the quarantine bucket. */
export function createQuarantine(bucket: string): (bad: QuarantinedRecord) => Promise<void> {
  /** Loaded when the first record is bad, because it is the largest package of this function. */
  const store = connectS3();
  return async (bad) => {
    const { sdk, client } = await store();
    const { key, body } = toQuarantineObject(bad);
    const object = { Bucket: bucket, Key: key, Body: body, ContentType: "application/json" };
    await client.send(new sdk.PutObjectCommand(object));
    log("warn", "record quarantined", { key, reason: bad.reason });
  };
}

/**
 * Creates the object of a bad record. The key has its arrival and sequence number, so that a batch
 * that is delivered again writes the same object; the body has everything that a replay needs.
 */
export function toQuarantineObject({ record, reason }: QuarantinedRecord): { key: string; body: string } {
  const { sequenceNumber, approximateArrivalTimestamp, data } = record.kinesis;
  const arrivedAt = new Date(approximateArrivalTimestamp * 1000).toISOString();
  const [year, month, day, hour] = arrivedAt.split(/\D/);
  const shardId = record.eventID.split(":")[0] ?? "";
  return {
    key: `${prefixes.quarantine}year=${year}/month=${month}/day=${day}/hour=${hour}/${shardId}-${sequenceNumber}.json`,
    body: JSON.stringify({ reason, shardId, sequenceNumber, arrivedAt, data }),
  };
}
