import type { GetShardIteratorInput } from "@aws-sdk/client-kinesis";
import { z } from "zod";
import { Fault } from "../../../aws/fault";
import { nextPosition, type Shard } from "./shards";
import { positionOf, type Stream, trim } from "./stream";

/**
 * The content of an iterator: the next position to read in one shard of one stream. Opaque text on
 * the wire.
 */
const iterator = z.object({
  stream: z.string(),
  /** Distinguishes a stream from an earlier one of the same name. */
  created: z.number(),
  shard: z.string(),
  position: z.number().int(),
  /** A client could write an iterator: the time is one that a `Date` can have. */
  issued: z.number().nonnegative(),
});
export type Iterator = z.infer<typeof iterator>;

/** Iterators are valid for five minutes (Kinesis API reference, GetShardIterator). */
const lifetime = 300_000;

export function writeIterator(value: Iterator): string {
  return Buffer.from(JSON.stringify(value)).toString("base64");
}

/**
 * Reads an iterator's text without judging its age. Throws `InvalidArgumentException` when it is
 * not one.
 */
export function readIterator(text: string): Iterator {
  try {
    return iterator.parse(JSON.parse(Buffer.from(text, "base64").toString()));
  } catch {
    throw new Fault("InvalidArgumentException", "Invalid ShardIterator.");
  }
}

/** Throws `ExpiredIteratorException` when the iterator is older than five minutes. */
export function checkAge({ issued }: Iterator, now: number): void {
  if (now - issued <= lifetime) return;
  throw new Fault(
    "ExpiredIteratorException",
    `Iterator expired. The iterator was created at time ${new Date(issued).toISOString()} while right now it is ` +
      `${new Date(now).toISOString()} which is further in the future than the tolerated delay of ${lifetime} milliseconds.`,
  );
}

/** The position at which an iterator of the requested type starts. */
export function startingPosition(stream: Stream, shard: Shard, input: GetShardIteratorInput, now: number): number {
  trim(stream, shard, now);
  switch (input.ShardIteratorType) {
    case "TRIM_HORIZON":
      return shard.first;
    case "LATEST":
      return nextPosition(shard);
    case "AT_TIMESTAMP": {
      if (!input.Timestamp) throw missing("Timestamp", "AT_TIMESTAMP");
      const time = input.Timestamp.getTime();
      const found = shard.records.findIndex(({ arrival }) => arrival >= time);
      return found === -1 ? nextPosition(shard) : shard.first + found;
    }
    case "AT_SEQUENCE_NUMBER":
      return Math.max(shard.first, named(stream, shard, input));
    case "AFTER_SEQUENCE_NUMBER":
      return Math.max(shard.first, named(stream, shard, input) + 1);
    default:
      throw new Fault("InvalidArgumentException", `ShardIteratorType ${input.ShardIteratorType} is not known.`);
  }
}

function named(stream: Stream, shard: Shard, input: GetShardIteratorInput): number {
  const text = input.StartingSequenceNumber;
  if (text === undefined) throw missing("StartingSequenceNumber", String(input.ShardIteratorType));
  const position = positionOf(stream, shard, text);
  if (position !== undefined) return position;
  throw new Fault(
    "InvalidArgumentException",
    `StartingSequenceNumber ${text} used in GetShardIterator on shard ${shard.id} in stream ${stream.name} is invalid ` +
      "because it did not come from this stream.",
  );
}

const missing = (member: string, type: string) =>
  new Fault("InvalidArgumentException", `Must specify ${member} parameter for iterator of type ${type}.`);
