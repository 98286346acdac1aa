import type { Timer } from "../../endpoint/clock";
import type { Caller, Host } from "../../endpoint/service";
import { callerFor } from "./delivery";
import type { Delivery, DeliveryStream } from "./delivery-stream";
import { streamMetric } from "./stream-metric";

export interface StreamSource {
  stop(): void;
}

interface Shard {
  readonly id: string;
  iterator?: { text: string; issued: number };
  lastRead?: string;
  busy: boolean;
  again: boolean;
  /** It was closed and read to its end. */
  ended: boolean;
}

const iteratorLifetime = 240_000;
const pauseMs = 30_000;

/** Reads a Kinesis stream from the delivery stream's creation on, as the source's role, woken by the append. */
export function readStream(
  host: Host,
  stream: DeliveryStream,
  source: { streamArn: string; roleArn: string },
  delivery: Delivery,
): StreamSource {
  const { clock } = host;
  const shards = new Map<string, Shard>();
  let caller: Caller | undefined;
  let pause: Timer | undefined;
  let stopped = false;

  const metric = (name: string, value: number, unit: string) => streamMetric(host, stream, name, value, unit);

  const wakeAll = () => {
    for (const shard of shards.values()) wake(shard);
  };
  const later = () => {
    pause ??= clock.at(clock.now() + pauseMs, `firehose: ${stream.name} reads again`, () => {
      pause = undefined;
      if (shards.size === 0) return open();
      wakeAll();
      return undefined;
    });
  };

  const wake = (shard: Shard) => {
    if (stopped || pause || shard.ended || delivery.failing) return;
    if (shard.busy) {
      shard.again = true;
      return;
    }
    shard.busy = true;
    const reading = read(shard)
      // The stream was deleted, or the role lost its rights: Firehose continues to try.
      .catch(() => {
        delete shard.iterator;
        later();
      })
      .finally(() => {
        shard.busy = false;
        if (!shard.again) return;
        shard.again = false;
        wake(shard);
      });
    clock.track(reading);
  };

  const read = async (shard: Shard) => {
    caller ??= callerFor(host, stream, source.roleArn);
    let behind = 1;
    while (behind > 0 && !stopped && !delivery.failing) {
      shard.iterator = await iteratorOf(shard, caller);
      const page = await host.call(caller, "kinesis", "GetRecords", {
        ShardIterator: shard.iterator.text,
        StreamARN: source.streamArn,
      });
      const records = page.Records ?? [];
      behind = records.length === 0 ? 0 : (page.MillisBehindLatest ?? 0);
      shard.lastRead = records.at(-1)?.SequenceNumber ?? shard.lastRead;
      if (page.NextShardIterator === undefined) {
        delete shard.iterator;
        shard.ended = true;
        behind = 0;
        for (const { ShardId } of page.ChildShards ?? []) addShard(ShardId);
      } else shard.iterator = { text: page.NextShardIterator, issued: clock.now() };
      const data = records.map(({ Data = new Uint8Array(), ApproximateArrivalTimestamp }) => ({
        data: Data,
        arrival: ApproximateArrivalTimestamp?.getTime() ?? clock.now(),
      }));
      if (data.length === 0 || stopped) continue;
      metric("DataReadFromKinesisStream.Records", data.length, "Count");
      metric(
        "DataReadFromKinesisStream.Bytes",
        data.reduce((sum, record) => sum + record.data.length, 0),
        "Bytes",
      );
      delivery.add(data);
    }
  };

  const iteratorOf = async (shard: Shard, as: Caller) => {
    if (shard.iterator && clock.now() - shard.iterator.issued < iteratorLifetime) return shard.iterator;
    const from =
      shard.lastRead === undefined
        ? { ShardIteratorType: "AT_TIMESTAMP" as const, Timestamp: new Date(stream.created) }
        : { ShardIteratorType: "AFTER_SEQUENCE_NUMBER" as const, StartingSequenceNumber: shard.lastRead };
    const { ShardIterator = "" } = await host.call(as, "kinesis", "GetShardIterator", {
      StreamARN: source.streamArn,
      ShardId: shard.id,
      ...from,
    });
    return { text: ShardIterator, issued: clock.now() };
  };

  const addShard = (id = "") => {
    if (shards.has(id)) return;
    const shard = { id, busy: false, again: false, ended: false };
    shards.set(id, shard);
    wake(shard);
  };

  const open = async () => {
    try {
      caller ??= callerFor(host, stream, source.roleArn);
      const { Shards = [] } = await host.call(caller, "kinesis", "ListShards", { StreamARN: source.streamArn });
      for (const { ShardId } of Shards) addShard(ShardId);
    } catch {
      later();
    }
  };

  const forget = host.on("kinesis.append", ({ streamArn, shardId }) => {
    const shard = streamArn === source.streamArn ? shards.get(shardId) : undefined;
    if (shard) wake(shard);
  });
  delivery.whenDelivered(wakeAll);
  clock.track(open());

  return {
    stop() {
      stopped = true;
      pause?.cancel();
      forget();
    },
  };
}
