import { InvalidToken, readToken, writeToken } from "../../../host/page";

/**
 * A position in a list of shards. The token names the stream, because the next call must not (API
 * reference, ListShards).
 */
interface ShardPosition {
  readonly stream: string;
  /** The last shard of the page. */
  readonly shard: string;
}

export const writeShardToken = ({ stream, shard }: ShardPosition) => writeToken(`${stream}/${shard}`);

/** Throws InvalidToken. */
export function readShardToken(token: string): ShardPosition {
  const [, stream, shard] = /^([\w.-]+)\/(shardId-\d{12})$/.exec(readToken(token)) ?? [];
  if (stream === undefined || shard === undefined) throw new InvalidToken();
  return { stream, shard };
}
