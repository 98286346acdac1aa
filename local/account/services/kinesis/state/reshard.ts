import { createShard, evenRanges, openShards, type Shard, type Stream } from "./stream";

/**
 * Divides the hash space evenly among `count` shards, by splits and merges: each closes one or two shards, and the new
 * ones name them as parents. As with UpdateShardCount on AWS, "this can cause short-lived shards to be created" (API
 * reference). Returns the shards that were closed.
 */
export function reshard(stream: Stream, count: number, now: number): Shard[] {
  const wanted = evenRanges(count);
  const before = new Set(openShards(stream));
  for (const { firstHash } of wanted) splitAt(stream, firstHash, now);
  for (const range of wanted) mergeWithin(stream, range, now);
  return [...before].filter(({ closed }) => closed !== undefined);
}

/** Splits the open shard that has this hash in its middle; a shard that begins with it stays. */
function splitAt(stream: Stream, hash: bigint, now: number): void {
  const shard = openShards(stream).find(({ firstHash, lastHash }) => firstHash < hash && hash <= lastHash);
  if (!shard) return;
  replace(
    stream,
    [shard],
    [
      { firstHash: shard.firstHash, lastHash: hash - 1n },
      { firstHash: hash, lastHash: shard.lastHash },
    ],
    now,
  );
}

/** Merges the open shards of a range, two at a time, until one is left. */
function mergeWithin(stream: Stream, range: { firstHash: bigint; lastHash: bigint }, now: number): void {
  for (;;) {
    const [first, second] = openShards(stream)
      .filter(({ firstHash, lastHash }) => range.firstHash <= firstHash && lastHash <= range.lastHash)
      .sort((a, b) => (a.firstHash < b.firstHash ? -1 : 1));
    if (!first || !second) return;
    replace(stream, [first, second], [{ firstHash: first.firstHash, lastHash: second.lastHash }], now);
  }
}

function replace(
  stream: Stream,
  parents: readonly Shard[],
  ranges: readonly { firstHash: bigint; lastHash: bigint }[],
  now: number,
): void {
  for (const parent of parents) parent.closed = now;
  for (const range of ranges) {
    const index = (stream.shards.at(-1)?.index ?? -1) + 1;
    stream.shards = [...stream.shards, createShard(index, range, parents, now)];
  }
}
