import { toHourFolder } from "../recovery/stored/time-range";
import type { Journey } from "./journey";

const hour = 3_600_000;

/**
 * Lists the keys of a bucket whose folders are hours, in the order of time, from the hour before the first step began: the
 * clocks of this machine and of the service may differ.
 */
export async function* listSince({ aws, startedAt }: Journey, Bucket: string, prefix: string): AsyncGenerator<string> {
  let StartAfter = `${prefix}${toHourFolder(new Date(startedAt.getTime() - hour))}`;
  for (;;) {
    const { Contents = [], IsTruncated } = await aws.call("s3", "ListObjectsV2", {
      Bucket,
      Prefix: prefix,
      StartAfter,
    });
    for (const { Key = "" } of Contents) yield Key;
    StartAfter = Contents.at(-1)?.Key ?? StartAfter;
    if (!IsTruncated) return;
  }
}
