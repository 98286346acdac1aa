import type { AccountAccess } from "./account-access";

const day = 24 * 3_600_000;
const minute = 60_000;
const mostShards = 10_000;

/** Returns the records of a shard in the last 24 hours of the account's clock. */
export type CountRecords = (streamName: string, shardId: string) => number;

/**
 * Counts records by shard: no metric of Kinesis has the shard, unless enhanced monitoring is on.
 * All of a minute are counted together.
 */
export function createShardCounts({ host }: Pick<AccountAccess, "host">) {
  /** By shard, the oldest first. */
  const counts = new Map<string, { at: number; records: number }[]>();
  const dropOld = (minutes: { at: number }[]) => {
    const since = host.clock.now() - day;
    while (minutes[0] !== undefined && minutes[0].at < since) minutes.shift();
  };
  const close = host.on("kinesis.append", ({ streamArn, shardId, records }) => {
    const key = `${streamArn.split("/")[1]}/${shardId}`;
    const minutes = counts.get(key) ?? [];
    if (minutes.length === 0 && !counts.has(key) && counts.size >= mostShards) return;
    counts.set(key, minutes);
    dropOld(minutes);
    const at = Math.floor(host.clock.now() / minute) * minute;
    const last = minutes.at(-1);
    if (last?.at === at) last.records += records;
    else minutes.push({ at, records });
  });
  const countRecords: CountRecords = (streamName, shardId) => {
    const minutes = counts.get(`${streamName}/${shardId}`) ?? [];
    dropOld(minutes);
    return minutes.reduce((sum, { records }) => sum + records, 0);
  };
  return { countRecords, close };
}
