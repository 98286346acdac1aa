import { Fault, notImplemented } from "../../../aws/fault";
import { emitMetric, type MetricSource } from "../../../host/metric";
import type { Caller, Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import type { createStreamEncryption } from "../encryption";
import { findShard, findUsable, type Streams } from "../state/find-stream";
import { checkAge, readIterator, startingPosition, writeIterator } from "../state/iterator";
import { chooseShard, type Entry, sizeOf, takeRecords } from "../state/records";
import { append, type Stream, sequenceNumber, trim } from "../state/stream";

const maxPutBytes = 10 * 1024 * 1024;

type Encryption = ReturnType<typeof createStreamEncryption>;

/** Puts and reads records. */
export function recordHandlers(host: Host, streams: Streams, encryption: Encryption) {
  const { clock } = host;
  return {
    async PutRecord(input, call) {
      refuseDryRun("PutRecord", input.DryRun);
      if (input.SequenceNumberForOrdering !== undefined && !/^\d+$/.test(input.SequenceNumberForOrdering)) {
        throw new Fault("InvalidArgumentException", "SequenceNumberForOrdering is not a sequence number.");
      }
      const stream = findUsable(streams, call, input);
      const [written] = await putRecords(host, encryption, call, stream, [input]);
      return { ShardId: written?.ShardId, SequenceNumber: written?.SequenceNumber, EncryptionType: stream.encryption };
    },

    async PutRecords(input, call) {
      refuseDryRun("PutRecords", input.DryRun);
      const stream = findUsable(streams, call, input);
      const entries = input.Records ?? [];
      const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
      if (bytes > maxPutBytes) {
        throw new Fault("InvalidArgumentException", `Records size exceeds 10 MB limit: ${bytes} bytes.`);
      }
      const Records = await putRecords(host, encryption, call, stream, entries);
      return { FailedRecordCount: 0, Records, EncryptionType: stream.encryption };
    },

    GetShardIterator(input, call) {
      refuseDryRun("GetShardIterator", input.DryRun);
      const stream = findUsable(streams, call, input);
      const shard = findShard(stream, input.ShardId);
      return {
        ShardIterator: writeIterator({
          stream: stream.name,
          created: stream.created,
          shard: shard.id,
          position: startingPosition(stream, shard, input, clock.now()),
          issued: clock.now(),
        }),
      };
    },

    async GetRecords(input, call) {
      refuseDryRun("GetRecords", input.DryRun);
      const iterator = readIterator(input.ShardIterator ?? "");
      checkAge(iterator, clock.now());
      const stream = findUsable(streams, call, { StreamName: iterator.stream, StreamARN: input.StreamARN });
      if (stream.created !== iterator.created) throw new Fault("InvalidArgumentException", "Invalid ShardIterator.");
      const shard = findShard(stream, iterator.shard);
      trim(stream, shard, clock.now());
      const from = Math.max(iterator.position, shard.first);
      const taken = takeRecords(shard, from, input.Limit ?? 10_000);
      await encryption.open(call, stream, new Set(taken.flatMap(({ encryptedDataKey }) => encryptedDataKey ?? [])));
      const next = from + taken.length;
      const waiting = shard.records[next - shard.first];
      const last = taken.at(-1);
      if (last) {
        const age = Math.max(0, clock.now() - last.arrival);
        const source = metricSource(call, stream);
        const bytes = taken.reduce((sum, { data, partitionKey }) => sum + data.length + partitionKey.length, 0);
        emitMetric(host, source, "GetRecords.IteratorAgeMilliseconds", age, "Milliseconds");
        emitMetric(host, source, "GetRecords.Records", taken.length);
        emitMetric(host, source, "GetRecords.Bytes", bytes, "Bytes");
      }
      return {
        Records: taken.map((record, i) => ({
          SequenceNumber: sequenceNumber(stream, shard, from + i),
          ApproximateArrivalTimestamp: new Date(record.arrival),
          Data: record.data,
          PartitionKey: record.partitionKey,
          // Recorded on AWS (localstack's snapshot test_record_lifecycle_data_integrity): absent
          // without encryption.
          ...(record.encryption !== "NONE" && { EncryptionType: record.encryption }),
        })),
        NextShardIterator: writeIterator({ ...iterator, position: next, issued: clock.now() }),
        MillisBehindLatest: waiting ? Math.max(0, Math.round(clock.now() - waiting.arrival)) : 0,
      };
    },
  } satisfies Handlers<Clients["kinesis"]>;
}

const metricSource = ({ account, region }: Caller, { name }: Stream): MetricSource => ({
  account,
  region,
  namespace: "AWS/Kinesis",
  dimensions: { StreamName: name },
});

/** Puts records in order and notifies the readers of the shards. */
async function putRecords(
  host: Host,
  encryption: Encryption,
  caller: Caller,
  stream: Stream,
  entries: readonly Entry[],
) {
  const placed = entries.map((entry) => ({ entry, shard: chooseShard(stream, entry) }));
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  const encryptedDataKey = await encryption.dataKey(caller, stream);
  const arrival = host.clock.now();
  const results = placed.map(({ entry, shard }) => ({
    ShardId: shard.id,
    SequenceNumber: append(stream, shard, {
      partitionKey: entry.PartitionKey ?? "",
      data: entry.Data ?? new Uint8Array(),
      arrival,
      encryption: stream.encryption,
      ...(encryptedDataKey && { encryptedDataKey }),
    }),
  }));
  emitMetric(host, metricSource(caller, stream), "IncomingRecords", entries.length);
  emitMetric(host, metricSource(caller, stream), "IncomingBytes", bytes, "Bytes");
  for (const shard of new Set(placed.map((record) => record.shard))) {
    const records = placed.filter((record) => record.shard === shard).length;
    host.emit("kinesis.append", { streamArn: stream.arn, shardId: shard.id, records });
  }
  return results;
}

function refuseDryRun(operation: string, dryRun: boolean | undefined): void {
  if (dryRun) throw notImplemented(`kinesis:${operation} with DryRun`);
}
