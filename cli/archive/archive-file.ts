import { createHash } from "node:crypto";
import { type Line, splitLines } from "../../functions/ingestion/record-parts";
import { updateOf } from "../../functions/ingestion/updates/row-kind";
import { parseEvent, readVisitor, type StoredRecord } from "./stored-event";

export interface ArchivedRecord extends Line, StoredRecord {
  /** The event; undefined when the line is not JSON. */
  readonly event: unknown;
}

/**
 * Yields the records of an archive object as they can be sent or imported again. Firehose keeps
 * neither their ids nor their arrival: the id is the line's place in the archive, which stays when
 * `forget` leaves lines empty, and the arrival is estimated. It is the object's time, which is its
 * oldest record's arrival, and a second more for each further event of the same session, so that
 * their order stays. An update of an item is not dated later: it would win over newer ones.
 */
export function* readRecords(
  { key, time }: { readonly key: string; readonly time: Date },
  content: Buffer,
): Generator<ArchivedRecord> {
  const object = createHash("sha256").update(key).digest("hex").slice(0, 24);
  const seen = new Map<string, number>();
  for (const { number, bytes } of splitLines(content)) {
    const event = parseEvent(bytes.toString("utf8"));
    const { sessionId } = updateOf(event) ? {} : readVisitor(event);
    const earlier = (sessionId !== undefined && seen.get(sessionId)) || 0;
    if (sessionId !== undefined) seen.set(sessionId, earlier + 1);
    const arrivedAt = new Date(time.getTime() + earlier * 1000);
    yield { number, bytes, event, id: `archive:${object}:${number}`, arrivedAt };
  }
}

/**
 * Returns the arrival of the oldest record in an archive object, from its key, which ends in
 * `<stream>-<version>-YYYY-MM-DD-HH-MM-SS-<uuid>.gz` in UTC (Firehose guide, "Configure Amazon S3
 * object name format"). Undefined for a key in another form.
 */
export function readArchiveTime(key: string): Date | undefined {
  const [, day, hour, minute, second] = /-(\d{4}-\d\d-\d\d)-(\d\d)-(\d\d)-(\d\d)-[0-9a-f-]{36}[^/]*$/.exec(key) ?? [];
  const time = new Date(`${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/**
 * The longest time that Firehose collects records for an object, in milliseconds (API reference,
 * BufferingHints).
 */
export const longestBuffer = 900_000;
