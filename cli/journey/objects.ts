import type { Journey } from "./journey";

const hour = 3_600_000;

/** `year=2026/month=03/day=01/hour=03`: the folder of an hour in the archive and in the quarantine. */
export function folderOfHour(time: Date): string {
  const [year, month, day, hours] = time.toISOString().split(/\D/);
  return `year=${year}/month=${month}/day=${day}/hour=${hours}`;
}

/**
 * Lists the keys of a bucket whose folders are hours, in the order of time, from the hour before the first step began: the
 * clocks of this machine and of the service may differ.
 */
export async function* listSince({ aws, startedAt }: Journey, Bucket: string, prefix: string): AsyncGenerator<string> {
  let StartAfter = `${prefix}${folderOfHour(new Date(startedAt.getTime() - hour))}`;
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
