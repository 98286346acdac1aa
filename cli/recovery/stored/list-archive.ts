import { prefixes } from "../../../contract/layout";
import type { DeployedStack } from "../../stack/find-stack";
import { readArchiveTime } from "./archive-file";
import { listHours, type StoredObject } from "./objects";
import type { TimeRange } from "./time-range";

/** The longest time that Firehose collects records for an object (API reference, BufferingHints): 900 s. */
const longestBuffer = 900_000;

/** An object of the archive, and the arrival of its oldest record. */
export interface ArchiveObject extends StoredObject {
  readonly time: Date;
}

/** Lists the archive's objects that can have records of the range. The others of their records are outside of it. */
export async function* listArchive(stack: DeployedStack, { from, to }: TimeRange): AsyncGenerator<ArchiveObject> {
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
