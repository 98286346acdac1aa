import { GetObjectTaggingCommand, PutObjectTaggingCommand, type S3Client } from "@aws-sdk/client-s3";
import { splitArchive, toStoredRecords } from "../stored/archive-file";
import type { CopySeal } from "../stored/copy-seal";
import { type ArchiveObject, listArchive } from "../stored/list-archive";
import { readObject, type StoredObject } from "../stored/objects";
import type { TimeRange } from "../stored/time-range";
import type { ReplayGroup, ReplaySource } from "./replay-source";

/** The tag of an archive object whose records were sent; its value is the time. */
export const replayedTag = "replayed";

/** The choice of objects to send, and the seal that marks copies. */
export interface ArchiveReplay {
  readonly bucket: string;
  readonly range: TimeRange;
  /** The value of the objects' tag. */
  readonly now: Date;
  /** Absent: there are no copies yet. */
  readonly seal: CopySeal | undefined;
}

/** The archive's objects with records of the range that no replay sent before. */
export function createArchiveSource(client: S3Client, replay: ArchiveReplay): ReplaySource {
  return {
    async *groups() {
      for await (const object of listArchive(client, replay.bucket, replay.range)) {
        if (!(await checkSent(client, object))) yield await readGroup(client, object, replay);
      }
    },
  };
}

async function readGroup(client: S3Client, object: ArchiveObject, { now, seal }: ArchiveReplay): Promise<ReplayGroup> {
  const all = [...splitArchive(await readObject(client, object))];
  const isOriginal = (_record: unknown, index: number) => !seal?.isCopy(all[index]?.event);
  const records = [...toStoredRecords(object.key, object.time, all)].filter(isOriginal);
  return {
    objects: 1,
    records,
    copies: all.length - records.length,
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
