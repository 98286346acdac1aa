import { prefixes } from "../../names/layout";
import { connectS3 } from "../support/clients";
import { log } from "../support/telemetry";
import type { StreamPart, StreamRecord } from "./record";
import { keepLines } from "./record-parts";

/** A part of a record that can never become an interaction, and why. */
export interface RefusedPart {
  part: StreamPart;
  reason: string;
}

/** Creates the function that stores the bad parts of a record in the quarantine bucket. */
export function createQuarantine(
  bucket: string,
): (record: StreamRecord, refused: readonly RefusedPart[]) => Promise<void> {
  /** Loaded when the first record is bad, because it is the largest package of this function. */
  const store = connectS3();
  return async (record, refused) => {
    const { sdk, client } = await store();
    const { key, reason, body } = toQuarantineObject(record, refused);
    const object = { Bucket: bucket, Key: key, Body: body, ContentType: "application/json" };
    await client.send(new sdk.PutObjectCommand(object));
    log("warn", "record quarantined", { key, reason });
  };
}

/**
 * Creates the object of a record with bad parts. The key has its arrival and sequence number, so
 * that a batch that is delivered again writes the same object; the body has everything that a
 * replay needs. In place of lines that were taken it has empty ones: the others keep their numbers.
 */
export function toQuarantineObject(record: StreamRecord, refused: readonly RefusedPart[]) {
  const { sequenceNumber, approximateArrivalTimestamp } = record.kinesis;
  const arrivedAt = new Date(approximateArrivalTimestamp * 1000).toISOString();
  const [year, month, day, hour] = arrivedAt.split(/\D/);
  const shardId = record.eventID.split(":")[0] ?? "";
  const reason = describeRefused(refused);
  const data = refused.some(({ part }) => part.isAlone) ? record.kinesis.data : keepRefused(record, refused);
  return {
    key: `${prefixes.quarantine}year=${year}/month=${month}/day=${day}/hour=${hour}/${shardId}-${sequenceNumber}.json`,
    reason,
    body: JSON.stringify({ reason, shardId, sequenceNumber, arrivedAt, data }),
  };
}

function keepRefused({ kinesis }: StreamRecord, refused: readonly RefusedPart[]): string {
  const kept = new Set(refused.flatMap(({ part }) => part.numbers));
  return keepLines(Buffer.from(kinesis.data, "base64"), (number) => kept.has(number)).toString("base64");
}

/** The most reasons that an object repeats: a record can have thousands of lines. */
const mostReasons = 10;

function describeRefused(refused: readonly RefusedPart[]): string {
  const describe = ({ part, reason }: RefusedPart) => (part.isAlone ? reason : `line ${part.numbers[0]}: ${reason}`);
  const ordered = [...refused].sort((a, b) => (a.part.numbers[0] ?? 0) - (b.part.numbers[0] ?? 0));
  const reasons = ordered.slice(0, mostReasons).map(describe);
  if (ordered.length > mostReasons) reasons.push(`and ${ordered.length - mostReasons} more`);
  return reasons.join("; ");
}
