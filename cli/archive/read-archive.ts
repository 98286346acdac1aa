import { prefixes } from "../../names/layout";
import type { Aws } from "../stack/aws";
import type { StackReader } from "../stack/stack";
import { type ArchivedRecord, longestBuffer, readArchiveTime, readRecords } from "./archive-file";
import { listHours, type StoredObject, type TimeRange, tryRead } from "./objects";

/** An object of the archive. */
export interface ArchiveObject extends StoredObject {
  /** The arrival of its oldest record. */
  readonly time: Date;
  /** All of its records arrived before this time. */
  readonly end: Date;
}

/**
 * Lists the archive's objects that can have records of the range, in the order of their times. The
 * others of their records are outside of it.
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

/** An object of the archive with its records, which can be read once. */
export interface ArchiveFile {
  readonly object: ArchiveObject;
  readonly records: Iterable<ArchivedRecord>;
}

/**
 * Reads objects of the archive, each when it is asked for, so that one is in memory at a time.
 * Names those that cannot be read in `unreadable`, with the reason, and goes on.
 */
export async function* readArchive(
  aws: Pick<Aws, "call">,
  objects: AsyncIterable<ArchiveObject>,
  unreadable: string[],
): AsyncGenerator<ArchiveFile> {
  for await (const object of objects) {
    const content = await tryRead(aws, object, unreadable);
    if (content) yield { object, records: readRecords(object, content) };
  }
}
