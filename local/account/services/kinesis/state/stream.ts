import type { EncryptionType, Shard as ShardDescription, StreamMode, StreamStatus } from "@aws-sdk/client-kinesis";
import { firstPosition, nextPosition, type Shard, type StoredRecord } from "./shards";

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

const hour = 3_600_000;
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
