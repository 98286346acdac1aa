import { notImplemented } from "../../../aws/fault";
import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { findStream, type Streams } from "../state/find-stream";
import { readShardToken, writeShardToken } from "../state/shard-token";
import { describeShard } from "../state/stream";

/** Lists shards, whose number does not change. */
export function shardHandlers(streams: Streams) {
  return {
    ListShards(input, call) {
      for (const member of ["StreamCreationTimestamp", "ShardFilter"] as const) {
        if (input[member] !== undefined) throw notImplemented(`kinesis:ListShards with ${member}`);
      }
      const position = input.NextToken === undefined ? undefined : readShardToken(input.NextToken);
      const stream = findStream(streams, call, position ? { StreamName: position.stream } : input);
      const after = position?.shard ?? input.ExclusiveStartShardId ?? "";
      const rest = stream.shards.filter((shard) => shard.id > after);
      const listed = rest.slice(0, input.MaxResults ?? 1000);
      const last = listed.at(-1);
      return {
        Shards: listed.map((shard) => describeShard(stream, shard)),
        ...(last &&
          listed.length < rest.length && { NextToken: writeShardToken({ stream: stream.name, shard: last.id }) }),
      };
    },
  } satisfies Handlers<Clients["kinesis"]>;
}
