import { Fault } from "../../../aws/fault";
import { hashOf, nextPosition, type Shard, type StoredRecord, shardOf } from "./shards";
import type { Stream } from "./stream";

/** A record in a put request. */
export interface Entry {
  readonly Data: Uint8Array | undefined;
  readonly PartitionKey?: string | undefined;
  readonly ExplicitHashKey?: string | undefined;
}

const maxReadBytes = 10 * 1024 * 1024;

/** The size that counts against the maximum record size: the data and its partition key. */
export const sizeOf = ({ Data, PartitionKey = "" }: Entry) => (Data?.length ?? 0) + Buffer.byteLength(PartitionKey);

/**
 * The shard of a record. Throws `InvalidArgumentException` for one that is too big or hashed out of
 * range, and `ValidationException` for one without a partition key: the model no longer requires
 * it, but says that streams with the default strategy do. The text is that of required members.
 */
export function chooseShard(stream: Stream, entry: Entry): Shard {
  if (entry.PartitionKey === undefined) {
    throw new Fault(
      "ValidationException",
      "1 validation error detected: Value null at 'partitionKey' failed to satisfy constraint: Member must not be null",
    );
  }
  const size = sizeOf(entry);
  if (size > stream.maxRecordSizeInKiB * 1024) {
    throw new Fault(
      "InvalidArgumentException",
      `A record of ${size} bytes (data and partition key) exceeds the maximum of ${stream.maxRecordSizeInKiB} KiB ` +
        `of stream ${stream.name}.`,
    );
  }
  const hash = entry.ExplicitHashKey === undefined ? hashOf(entry.PartitionKey) : BigInt(entry.ExplicitHashKey);
  const shard = shardOf(stream.shards, hash);
  if (shard) return shard;
  throw new Fault(
    "InvalidArgumentException",
    `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${hash}`,
  );
}

/** At most `limit` records and 10 MiB from a position on; one record always fits. */
export function takeRecords(shard: Shard, from: number, limit: number): StoredRecord[] {
  const taken: StoredRecord[] = [];
  let bytes = 0;
  for (let position = from; position < nextPosition(shard) && taken.length < limit; position++) {
    const record = shard.records[position - shard.first];
    if (!record) break;
    bytes += record.data.length + record.partitionKey.length;
    if (taken.length > 0 && bytes > maxReadBytes) break;
    taken.push(record);
  }
  return taken;
}
