import { createHash } from "node:crypto";
import { trimWhiteSpace } from "../../functions/ingestion/stream-record";
import { memberOf } from "../../functions/ingestion/updates/row-kind";
import { prefixes } from "../../names/layout";
import type { StackReader } from "../stack/stack";
import { listHours, type StoredObject, type TimeRange } from "./objects";
import { parseEvent, readVisitor, type StoredRecord } from "./stored-event";

interface ArchivedLine {
  /** Without the line's end. */
  readonly bytes: Buffer;
  /** The event; undefined when the record is not JSON. */
  readonly event: unknown;
}

/** The largest record that a stream takes (Kinesis guide, "Quotas and limits"). */
const largestRecord = 10 * 1024 ** 2;

/**
 * Splits the unpacked content of an archive object into records. Firehose ends each record with a
 * newline, but a producer's JSON may contain newlines as well: lines that are JSON only together
 * are one record. Empty lines are left out.
 */
export function* splitArchive(content: Buffer): Generator<ArchivedLine> {
  let start = 0;
  while (start < content.length) {
    const line = readTo(content, start, findLineEnd(content, start));
    const joined = line.event === undefined ? readTo(content, start, findJsonEnd(content, start)) : line;
    const record = joined.event === undefined ? line : joined;
    if (trimWhiteSpace(record.bytes).length > 0) yield record;
    start += record.bytes.length + 1;
  }
}

function readTo(content: Buffer, start: number, end: number): ArchivedLine {
  const bytes = content.subarray(start, end);
  return { bytes, event: parseEvent(bytes.toString("utf8")) };
}

/** A text in JSON without escapes, which has no line break; or a bracket. */
const textOrBracket = /"[^"]*"?|[[\]{}]/g;

/**
 * Returns the end of the line in which the JSON value ends that begins at `start`. What is no JSON
 * ends before: between two lines of one value is a bracket, a comma or a colon.
 */
function findJsonEnd(content: Buffer, start: number): number {
  let end = start - 1;
  let depth = 0;
  let isOpen = true;
  while (end < Math.min(content.length, start + largestRecord)) {
    const next = findLineEnd(content, end + 1);
    // Without a byte order mark, too.
    const line = content.toString("utf8", end + 1, next).trim();
    if (!isOpen && !/^([}\],:]|$)/.test(line)) return end;
    for (const [token] of line.replaceAll(/\\./g, "").matchAll(textOrBracket)) depth += bracketDepth[token] ?? 0;
    end = next;
    if (line !== "" && depth <= 0) return end;
    if (line !== "") isOpen = /[{[,:]$/.test(line);
  }
  return end;
}

const bracketDepth: Readonly<Record<string, number>> = { "{": 1, "[": 1, "}": -1, "]": -1 };

function findLineEnd(content: Buffer, from: number): number {
  const found = content.indexOf("\n", from);
  return found === -1 ? content.length : found;
}

export interface ArchivedRecord extends ArchivedLine, StoredRecord {}

/**
 * The records of an archive object as they can be sent or imported again. Firehose keeps neither
 * their ids nor their arrival: the id is the record's place in the archive, and the arrival is
 * estimated. It is the object's time, which is its oldest record's arrival, and a second more for
 * each further event of the same session, so that their order stays. An update of an item is not
 * dated later: it would win over newer ones.
 */
export function* readArchive(
  { key, time }: Pick<ArchiveObject, "key" | "time">,
  content: Buffer,
): Generator<ArchivedRecord> {
  const object = createHash("sha256").update(key).digest("hex").slice(0, 24);
  const seen = new Map<string, number>();
  let index = 0;
  for (const record of splitArchive(content)) {
    const { sessionId } = memberOf(record.event) ? {} : readVisitor(record.event);
    const earlier = (sessionId !== undefined && seen.get(sessionId)) || 0;
    if (sessionId !== undefined) seen.set(sessionId, earlier + 1);
    const arrivedAt = new Date(time.getTime() + earlier * 1000);
    yield { ...record, id: `archive:${object}:${index++}`, data: record.bytes.toString("base64"), arrivedAt };
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

/** An object of the archive. */
export interface ArchiveObject extends StoredObject {
  /** The arrival of its oldest record. */
  readonly time: Date;
  /** All of its records arrived before this time. */
  readonly end: Date;
}

/**
 * Lists the archive's objects that can have records of the range. The others of their records are
 * outside of it.
 */
export async function* listArchive(stack: StackReader, { from, to }: TimeRange): AsyncGenerator<ArchiveObject> {
  const bucket = stack.archiveBucket;
  const earliest = from && new Date(from.getTime() - longestBuffer);
  for await (const { key, modified } of listHours(stack, bucket, prefixes.archive, { from: earliest, to })) {
    const time = readArchiveTime(key);
    if (time === undefined || (to !== undefined && time >= to)) continue;
    // An object that was written again later (`recommender forget`) has no records of that time. S3
    // cuts to seconds.
    const end = new Date(Math.min(modified.getTime() + 1000, time.getTime() + longestBuffer));
    if (from === undefined || end > from) yield { bucket, key, time, end };
  }
}
