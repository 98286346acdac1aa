import type { Caller, Host } from "../../../host/service";
import { createRepeater } from "../../../time/repeater";
import type { BufferedRecord } from "../state/delivery-stream";

interface Iterator {
  readonly text: string;
  readonly issued: number;
}

interface ShardReaderOptions {
  readonly streamArn: string;
  readonly shardId: string;
  /** Virtual milliseconds: older records are not read. */
  readonly start: number;
  caller(): Caller;
  /** Returns whether no reader may start now. */
  isPaused(): boolean;
  /** Returns whether to read the next page. */
  mayRead(): boolean;
  onRecords(records: readonly BufferedRecord[]): void;
  onFailure(): void;
}

/** Reads one shard, from one call of `wake` to its present end. */
export interface ShardReader {
  wake(): void;
}

const iteratorLifetime = 240_000;

/** Creates the reader of a shard. */
export function createShardReader(host: Host, options: ShardReaderOptions): ShardReader {
  const { clock } = host;
  let iterator: Iterator | undefined;
  /** The last sequence number that was read. */
  let position: string | undefined;

  /** True when the shard has more records. */
  const readPage = async (caller: Caller) => {
    if (!iterator || clock.now() - iterator.issued >= iteratorLifetime) {
      iterator = await createIterator(host, caller, options, position);
    }
    const page = await host.call(caller, "kinesis", "GetRecords", {
      ShardIterator: iterator.text,
      StreamARN: options.streamArn,
    });
    const { Records = [], NextShardIterator: next } = page;
    position = Records.at(-1)?.SequenceNumber ?? position;
    iterator = next === undefined ? undefined : { text: next, issued: clock.now() };
    const records = Records.map(({ Data = new Uint8Array(), ApproximateArrivalTimestamp }) => ({
      data: Data,
      arrival: ApproximateArrivalTimestamp?.getTime() ?? clock.now(),
    }));
    if (records.length > 0) options.onRecords(records);
    return records.length > 0 && (page.MillisBehindLatest ?? 0) > 0;
  };

  const read = async () => {
    try {
      const caller = options.caller();
      let isBehind = true;
      while (isBehind && options.mayRead()) isBehind = await readPage(caller);
    } catch {
      // The stream was deleted, or the role lost its rights: Firehose continues to try.
      iterator = undefined;
      options.onFailure();
    }
  };

  return createRepeater(clock, () => !options.isPaused() && options.mayRead(), read);
}

async function createIterator(
  host: Host,
  caller: Caller,
  { streamArn, shardId, start }: ShardReaderOptions,
  lastRead: string | undefined,
): Promise<Iterator> {
  const from =
    lastRead === undefined
      ? { ShardIteratorType: "AT_TIMESTAMP" as const, Timestamp: new Date(start) }
      : { ShardIteratorType: "AFTER_SEQUENCE_NUMBER" as const, StartingSequenceNumber: lastRead };
  const { ShardIterator = "" } = await host.call(caller, "kinesis", "GetShardIterator", {
    StreamARN: streamArn,
    ShardId: shardId,
    ...from,
  });
  return { text: ShardIterator, issued: host.clock.now() };
}
