import { createHash } from "node:crypto";
import type { EncryptionType, Shard as ShardDescription, StreamMode, StreamStatus } from "@aws-sdk/client-kinesis";

/** A record in a shard. Its sequence number follows from its position: see `sequenceNumber`. */
export interface StoredRecord {
  readonly partitionKey: string;
  readonly data: Uint8Array;
  /** Virtual milliseconds. */
  readonly arrival: number;
  /**
   * The data key that "encrypts" it, as KMS returned it; absent when the stream was not encrypted
   * at the put.
   */
  readonly encryptedDataKey?: Uint8Array;
  readonly encryption: EncryptionType;
}

export interface Shard {
  readonly id: string;
  readonly index: number;
  readonly firstHash: bigint;
  readonly lastHash: bigint;
  /** Position of `records[0]`; retention removed the records before it. */
  first: number;
  records: StoredRecord[];
}

export interface Stream {
  readonly name: string;
  readonly arn: string;
  readonly created: number;
  readonly shards: readonly Shard[];
  readonly maxRecordSizeInKiB: number;
  readonly tags: Map<string, string>;
  readonly mode: StreamMode;
  status: StreamStatus;
  retentionHours: number;
  encryption: EncryptionType;
  keyId?: string;
}

const hashSpace = 2n ** 128n;
const hour = 3_600_000;
/**
 * The position of the first record of a shard; the one before is that of its starting sequence
 * number.
 */
const firstPosition = 1;

/** `count` shards that divide the hash space evenly. */
export function createShards(count: number): Shard[] {
  const width = hashSpace / BigInt(count);
  return Array.from({ length: count }, (_, index) => ({
    id: `shardId-${String(index).padStart(12, "0")}`,
    index,
    firstHash: width * BigInt(index),
    lastHash: index === count - 1 ? hashSpace - 1n : width * BigInt(index + 1) - 1n,
    first: firstPosition,
    records: [],
  }));
}

/** The place of a partition key in the hash space: its MD5 as a 128-bit number. */
export const hashOf = (partitionKey: string) => BigInt(`0x${createHash("md5").update(partitionKey).digest("hex")}`);

export function shardOf(stream: Stream, hash: bigint): Shard | undefined {
  return stream.shards.find(({ firstHash, lastHash }) => firstHash <= hash && hash <= lastHash);
}

/** The position of the next record to come: one past the last. */
export const nextPosition = (shard: Shard) => shard.first + shard.records.length;

export function append(stream: Stream, shard: Shard, record: StoredRecord): string {
  trim(stream, shard, record.arrival);
  shard.records.push(record);
  return sequenceNumber(stream, shard, nextPosition(shard) - 1);
}

/** Removes what is older than the stream's retention. */
export function trim(stream: Stream, shard: Shard, now: number): void {
  const horizon = now - stream.retentionHours * hour;
  const kept = shard.records.findIndex(({ arrival }) => arrival >= horizon);
  const removed = kept === -1 ? shard.records.length : kept;
  if (removed === 0) return;
  shard.records = shard.records.slice(removed);
  shard.first += removed;
}

// A sequence number is a decimal text of 56 digits: 2^185, then the stream's creation (seconds),
// the position in the shard and the shard's index. The real layout is not documented; what readers
// may rely on is that it grows per shard.
const base = 2n ** 185n;
const creationBits = 112n;
const positionBits = 16n;

/** The sequence number of a position. */
export function sequenceNumber(stream: Stream, shard: Shard, position: number): string {
  const created = BigInt(Math.floor(stream.created / 1000));
  return String(
    base + (created << creationBits) + (BigInt(position) << positionBits) + (BigInt(shard.index) << 4n) + 2n,
  );
}

/** The position of a sequence number, or undefined when it did not come from this shard. */
export function positionOf(stream: Stream, shard: Shard, text: string): number | undefined {
  if (!/^\d{1,128}$/.test(text)) return undefined;
  const offset = BigInt(text) - BigInt(sequenceNumber(stream, shard, 0));
  const position = offset >> positionBits;
  const isOfShard = position >= 0n && position < BigInt(nextPosition(shard));
  if (offset < 0n || offset !== position << positionBits || !isOfShard) return undefined;
  return Number(position);
}

export function describeShard(stream: Stream, shard: Shard): ShardDescription {
  return {
    ShardId: shard.id,
    HashKeyRange: { StartingHashKey: String(shard.firstHash), EndingHashKey: String(shard.lastHash) },
    SequenceNumberRange: { StartingSequenceNumber: sequenceNumber(stream, shard, firstPosition - 1) },
  };
}
