import type { StreamRecord } from "./event-record";

/** A record that can never become an interaction, and why. */
export interface QuarantinedRecord {
  record: StreamRecord;
  reason: string;
}

/**
 * Creates the object of a bad record. The key has its arrival and sequence number, so that a batch that is delivered again
 * writes the same object; the body has everything that a replay needs.
 */
export function toQuarantineObject({ record, reason }: QuarantinedRecord): { key: string; body: string } {
  const { sequenceNumber, approximateArrivalTimestamp, data } = record.kinesis;
  const arrivedAt = new Date(approximateArrivalTimestamp * 1000).toISOString();
  const [year, month, day, hour] = arrivedAt.split(/\D/);
  const shardId = record.eventID.split(":")[0] ?? "";
  return {
    key: `quarantine/year=${year}/month=${month}/day=${day}/hour=${hour}/${shardId}-${sequenceNumber}.json`,
    body: JSON.stringify({ reason, shardId, sequenceNumber, arrivedAt, data }),
  };
}
