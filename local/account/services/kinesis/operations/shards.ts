import type { ShardFilter } from "@aws-sdk/client-kinesis";
import { Fault, notImplemented } from "../../../aws/fault";
import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { findActive, findStream, type Streams } from "../state/find-stream";
import { checkQuotas } from "../state/quotas";
import { readShardToken, writeShardToken } from "../state/shard-token";
import { describeShard, forgetExpiredShards, hour, openShards, type Shard, type Stream } from "../state/stream";
import type { ChangeLater } from "../state/transition";

/** API reference, UpdateShardCount: "Scale more than ten times per rolling 24-hour period per stream". */
const updatesPerDay = 10;
const largestCount = 10_000;

/** Lists shards and changes their number. */
export function shardHandlers({ clock }: Host, streams: Streams, changeLater: ChangeLater) {
  return {
    ListShards(input, call) {
      if (input.StreamCreationTimestamp) throw notImplemented("kinesis:ListShards with StreamCreationTimestamp");
      const position = input.NextToken === undefined ? undefined : readShardToken(input.NextToken);
      const stream = findStream(streams, call, position ? { StreamName: position.stream } : input);
      forgetExpiredShards(stream, clock.now());
      const { ShardFilter } = input;
      const after = position?.shard ?? input.ExclusiveStartShardId ?? "";
      const rest = stream.shards.filter((shard) => shard.id > after && passes(stream, shard, ShardFilter, clock.now()));
      const listed = rest.slice(0, input.MaxResults ?? 1000);
      const last = listed.at(-1);
      return {
        Shards: listed.map((shard) => describeShard(stream, shard)),
        ...(last &&
          listed.length < rest.length && { NextToken: writeShardToken({ stream: stream.name, shard: last.id }) }),
      };
    },

    UpdateShardCount(input, call) {
      const stream = findActive(streams, call, input);
      const { TargetShardCount: target = 0 } = input;
      const current = openShards(stream).length;
      refuseUpdate(stream, current, target, clock.now());
      checkQuotas(call, [...streams.of(call).values()], "PROVISIONED", target - current);
      stream.resharded.push(clock.now());
      changeLater(stream, "UPDATING", { shards: target });
      return {
        StreamName: stream.name,
        StreamARN: stream.arn,
        CurrentShardCount: current,
        TargetShardCount: target,
      };
    },
  } satisfies Handlers<Clients["kinesis"]>;
}

/** The limits of UpdateShardCount (API reference). Records the update's time only in the handler. */
function refuseUpdate(stream: Stream, current: number, target: number, now: number): void {
  if (stream.mode === "ON_DEMAND") {
    throw new Fault(
      "ValidationException",
      `Stream ${stream.name} is in ON_DEMAND mode. UpdateShardCount needs a stream in PROVISIONED mode.`,
    );
  }
  const counts = `Current open shard count: ${current} Target shard count: ${target}`;
  if (target > current * 2) {
    const message = `UpdateShardCount cannot scale up over double your current open shard count. ${counts}`;
    throw new Fault("InvalidArgumentException", message);
  }
  if (target < current / 2) {
    const message = `UpdateShardCount cannot scale down below half your current open shard count. ${counts}`;
    throw new Fault("InvalidArgumentException", message);
  }
  if (target > largestCount) {
    throw new Fault("InvalidArgumentException", `A stream has at most ${largestCount} shards. ${counts}`);
  }
  stream.resharded = stream.resharded.filter((time) => time > now - 24 * hour);
  if (stream.resharded.length >= updatesPerDay) {
    const message = `UpdateShardCount was called ${updatesPerDay} times for stream ${stream.name} in the last 24 hours. Call it again later.`;
    throw new Fault("LimitExceededException", message);
  }
}

/** API reference, ShardFilter. */
function passes(stream: Stream, shard: Shard, filter: ShardFilter | undefined, now: number): boolean {
  const { opened, closed = Number.POSITIVE_INFINITY } = shard;
  const openAt = (time: number) => opened <= time && time < closed;
  const time = filter?.Timestamp?.getTime() ?? now;
  switch (filter?.Type) {
    case "AFTER_SHARD_ID":
      return shard.id > (filter.ShardId ?? "");
    case "AT_LATEST":
      return closed === Number.POSITIVE_INFINITY;
    case "AT_TRIM_HORIZON":
      return openAt(Math.max(stream.created, now - stream.retentionHours * hour)) || opened === stream.created;
    case "AT_TIMESTAMP":
      return openAt(time);
    case "FROM_TIMESTAMP":
      return closed >= time;
    default:
      return true;
  }
}
