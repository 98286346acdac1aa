import { createHash } from "node:crypto";
import type { EncryptionType } from "@aws-sdk/client-kinesis";

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

const hashSpace = 2n ** 128n;
/**
 * The position of the first record of a shard; the one before is that of its starting sequence
 * number.
 */
export const firstPosition = 1;

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

/** The shard that a hash belongs to. */
export function shardOf(shards: readonly Shard[], hash: bigint): Shard | undefined {
  return shards.find(({ firstHash, lastHash }) => firstHash <= hash && hash <= lastHash);
}

/** The position of the next record to come: one past the last. */
export const nextPosition = (shard: Shard) => shard.first + shard.records.length;
