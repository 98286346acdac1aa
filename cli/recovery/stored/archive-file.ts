import { createHash } from "node:crypto";
import { prefixes } from "../../../contract/layout";
import { isItemUpdate } from "../../../functions/ingestion/items/item-record";
import type { StackReader } from "../../stack/read-stacks";
import { listHours, type StoredObject, type TimeRange } from "./objects";
import { parseEvent, readVisitor, type StoredRecord } from "./stored-event";

interface ArchivedRecord {
  /** Without the line's end. */
  readonly bytes: Buffer;
  /** The event; undefined when the record is not JSON. */
  readonly event: unknown;
}

const newline = 10;

/** A valid event has at most this many bytes (functions/ingestion/events/event-record.ts). */
const largestEvent = 10_240;

/**
 * Splits the unpacked content of an archive object into records. Firehose ends each record with a newline, but a producer's
 * JSON may contain newlines as well: lines that are JSON only together are one record. Empty lines are left out.
 */
export function* splitArchive(content: Buffer): Generator<ArchivedRecord> {
  let start = 0;
  while (start < content.length) {
    const end = findLineEnd(content, start);
    const bytes = content.subarray(start, end);
    const text = bytes.toString("utf8").trim();
    const event = text === "" ? undefined : parseEvent(text);
    if (event === undefined && text.startsWith("{")) {
      const longer = joinLines(content, start, end);
      if (longer) {
        yield longer;
        start += longer.bytes.length + 1;
        continue;
      }
    }
    if (text !== "") yield { bytes, event };
    start = end + 1;
  }
}

/** Returns the record that begins at `start` and continues after the line that ends at `lineEnd`, if there is one. */
function joinLines(content: Buffer, start: number, lineEnd: number): ArchivedRecord | undefined {
  for (let end = lineEnd; end < content.length && end - start <= largestEvent; ) {
    end = findLineEnd(content, end + 1);
    const text = content.toString("utf8", start, end).trim();
    const event = text.endsWith("}") ? parseEvent(text) : undefined;
    if (event !== undefined) return { bytes: content.subarray(start, end), event };
  }
  return undefined;
}

function findLineEnd(content: Buffer, from: number): number {
  const found = content.indexOf(newline, from);
  return found === -1 ? content.length : found;
}

/**
 * The records of an archive object as they can be sent or imported again. Firehose keeps neither their ids nor their arrival:
 * the id is the record's place in the archive, and the arrival is estimated. It is the object's time, which is its oldest
 * record's arrival, and a second more for each further event of the same session, so that their order stays. An update of an
 * item is not dated later: it would win over newer ones.
 */
export function* readArchive(
  { key, time }: Omit<ArchiveObject, "bucket">,
  content: Buffer,
): Generator<ArchivedRecord & StoredRecord> {
  const object = createHash("sha256").update(key).digest("hex").slice(0, 24);
  const seen = new Map<string, number>();
  let index = 0;
  for (const record of splitArchive(content)) {
    const { sessionId } = isItemUpdate(record.event) ? {} : readVisitor(record.event);
    const earlier = (sessionId !== undefined && seen.get(sessionId)) || 0;
    if (sessionId !== undefined) seen.set(sessionId, earlier + 1);
    const arrivedAt = new Date(time.getTime() + earlier * 1000);
    yield { ...record, id: `archive:${object}:${index++}`, data: record.bytes.toString("base64"), arrivedAt };
  }
}

/**
 * Returns the arrival of the oldest record in an archive object, from its key, which ends in
 * `<stream>-<version>-YYYY-MM-DD-HH-MM-SS-<uuid>.gz` in UTC (Firehose guide, "Configure Amazon S3 object name format").
 * Undefined for a key in another form.
 */
export function readArchiveTime(key: string): Date | undefined {
  const [, day, hour, minute, second] = /-(\d{4}-\d\d-\d\d)-(\d\d)-(\d\d)-(\d\d)-[0-9a-f-]{36}[^/]*$/.exec(key) ?? [];
  const time = new Date(`${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** The longest time that Firehose collects records for an object (API reference, BufferingHints): 900 s. */
const longestBuffer = 900_000;

/** An object of the archive, and the arrival of its oldest record. */
export interface ArchiveObject extends StoredObject {
  readonly time: Date;
}

/** Lists the archive's objects that can have records of the range. The others of their records are outside of it. */
export async function* listArchive(stack: StackReader, { from, to }: TimeRange): AsyncGenerator<ArchiveObject> {
  const bucket = stack.archiveBucket;
  const earliest = from && new Date(from.getTime() - longestBuffer);
  for await (const { key, modified } of listHours(stack, bucket, prefixes.archive, { from: earliest, to })) {
    const time = readArchiveTime(key);
    if (time === undefined || (to !== undefined && time >= to)) continue;
    // An object that was written again later (`recommender forget`) has no records of that time. S3 cuts to seconds.
    const end = Math.min(modified.getTime() + 1000, time.getTime() + longestBuffer);
    if (from === undefined || end > from.getTime()) yield { bucket, key, time };
  }
}
