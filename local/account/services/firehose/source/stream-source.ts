import { emitMetric } from "../../../host/metric";
import type { Caller, Host } from "../../../host/service";
import type { Timer } from "../../../time/clock";
import type { Delivery } from "../delivery/delivery";
import { assumeRole } from "../delivery/role";
import { type BufferedRecord, type DeliveryStream, metricSource } from "../state/delivery-stream";
import { createShardReader, type ShardReader } from "./shard-reader";

export interface StreamSource {
  stop(): void;
}

const pauseMs = 30_000;

/**
 * Reads a Kinesis stream from the delivery stream's creation on, as the source's role, when records
 * are appended.
 */
export function readStream(host: Host, stream: DeliveryStream, delivery: Delivery): StreamSource {
  const { clock } = host;
  const { streamArn, roleArn } = stream.source;
  const shards = new Map<string, ShardReader>();
  let session: Caller | undefined;
  let pause: Timer | undefined;
  let stopped = false;

  const caller = () => {
    session ??= assumeRole(host, stream, roleArn);
    return session;
  };
  const wakeAll = () => {
    for (const shard of shards.values()) shard.wake();
  };
  const tryLater = () => {
    pause ??= clock.at(clock.now() + pauseMs, `firehose: ${stream.name} reads again`, () => {
      pause = undefined;
      if (shards.size === 0) return open();
      wakeAll();
      return undefined;
    });
  };

  const addShard = (shardId = "") => {
    if (shards.has(shardId)) return;
    const shard = createShardReader(host, {
      streamArn,
      shardId,
      start: stream.created,
      caller,
      isPaused: () => pause !== undefined,
      mayRead: () => !stopped && !delivery.failing,
      onRecords(records) {
        if (!stopped) deliverRecords(host, stream, delivery, records);
      },
      onFailure: tryLater,
    });
    shards.set(shardId, shard);
    shard.wake();
  };

  const open = async () => {
    try {
      const { Shards = [] } = await host.call(caller(), "kinesis", "ListShards", { StreamARN: streamArn });
      for (const { ShardId } of Shards) addShard(ShardId);
    } catch {
      tryLater();
    }
  };

  const unsubscribe = host.on("kinesis.append", (appended) => {
    if (appended.streamArn === streamArn) shards.get(appended.shardId)?.wake();
  });
  delivery.whenDelivered(wakeAll);
  clock.track(open());

  return {
    stop() {
      stopped = true;
      pause?.cancel();
      unsubscribe();
    },
  };
}

function deliverRecords(
  host: Host,
  stream: DeliveryStream,
  delivery: Delivery,
  records: readonly BufferedRecord[],
): void {
  const bytes = records.reduce((sum, { data }) => sum + data.length, 0);
  emitMetric(host, metricSource(stream), "DataReadFromKinesisStream.Records", records.length);
  emitMetric(host, metricSource(stream), "DataReadFromKinesisStream.Bytes", bytes, "Bytes");
  delivery.add(records);
}
