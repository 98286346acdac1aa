import { GetObjectTaggingCommand, PutObjectTaggingCommand, type S3Client } from "@aws-sdk/client-s3";
import { readArchiveTime, splitArchive, toStoredRecords } from "./archive-file";
import { listHours, readObject, type StoredObject } from "./objects";
import type { ReplayGroup, ReplaySource } from "./replay-source";
import { isCopy } from "./stored-event";
import type { TimeRange } from "./time-range";

export const archivePrefix = "events/";

/** The tag of an archive object whose records were sent; its value is the time. */
export const replayedTag = "replayed";

/** How long Firehose collects records for an object at most (API reference, BufferingHints): 900 s. */
const longestBuffer = 900_000;

/** An object of the archive, and the arrival of its oldest record. */
export interface ArchiveObject extends StoredObject {
  readonly time: Date;
}

/** Lists the archive's objects that can have records of the range. The others of their records are outside of it. */
export async function* listArchive(client: S3Client, bucket: string, range: TimeRange): AsyncGenerator<ArchiveObject> {
  const { from, to } = range;
  const earliest = from && new Date(from.getTime() - longestBuffer);
  for await (const { key, modified } of listHours(client, bucket, archivePrefix, { from: earliest, to })) {
    const time = readArchiveTime(key);
    if (time === undefined || (to !== undefined && time >= to)) continue;
    // An object that was written again later (`recommender forget`) has no records of that time. S3 cuts to seconds.
    const end = Math.min(modified.getTime() + 1000, time.getTime() + longestBuffer);
    if (from === undefined || end > from.getTime()) yield { bucket, key, time };
  }
}

/** The archive's objects with records of the range that no replay sent before. `now` is the value of their tag. */
export function createArchiveSource(client: S3Client, bucket: string, range: TimeRange, now: Date): ReplaySource {
  return {
    async *groups() {
      for await (const object of listArchive(client, bucket, range)) {
        if (!(await checkSent(client, object))) yield await readGroup(client, object, now);
      }
    },
  };
}

async function readGroup(client: S3Client, object: ArchiveObject, now: Date): Promise<ReplayGroup> {
  const all = [...splitArchive(await readObject(client, object))];
  const copies = all.filter(({ event }) => isCopy(event)).length;
  const stored = [...toStoredRecords(object.key, object.time, all)];
  return {
    objects: 1,
    records: stored.filter((_record, index) => !isCopy(all[index]?.event)),
    copies,
    // Refused records stay in the quarantine, from where they can be sent.
    settle: async ({ failed }) => (failed.size === 0 ? markSent(client, object, now) : undefined),
  };
}

async function checkSent(client: S3Client, { bucket, key }: StoredObject): Promise<boolean> {
  const { TagSet = [] } = await client.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: key }));
  return TagSet.some((tag) => tag.Key === replayedTag);
}

async function markSent(client: S3Client, { bucket, key }: StoredObject, now: Date): Promise<void> {
  const TagSet = [{ Key: replayedTag, Value: now.toISOString() }];
  await client.send(new PutObjectTaggingCommand({ Bucket: bucket, Key: key, Tagging: { TagSet } }));
}
