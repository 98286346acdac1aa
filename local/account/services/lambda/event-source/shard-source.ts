import type { Caller, Host } from "../../../host/service";
import type { StreamMapping } from "../state/stream-mapping";
import { type StreamRecord, streamRecord } from "./batch";

/** Reads one shard onwards from a mapping's checkpoint, or from where the mapping starts. */
interface ShardSource {
  /** The next records, `limit` at most. */
  read(caller: Caller, roleArn: string, limit: number): Promise<ShardPage>;
}

interface ShardPage {
  readonly records: StreamRecord[];
  /** There are no more for now. */
  readonly atTip: boolean;
}

/** Iterators expire after five minutes; a new one is requested in time. */
const iteratorLifetime = 240_000;
const maxRecords = 10_000;

export function createShardSource(host: Host, mapping: StreamMapping, shardId: string): ShardSource {
  const { clock } = host;
  const { streamArn, start, region } = mapping;
  let iterator: { text: string; issued: number } | undefined;
  let lastRead = mapping.checkpoints.get(shardId);

  const startingPoint = () => {
    if (lastRead !== undefined) {
      return { ShardIteratorType: "AFTER_SEQUENCE_NUMBER" as const, StartingSequenceNumber: lastRead };
    }
    if (start === "TRIM_HORIZON") return { ShardIteratorType: start };
    return { ShardIteratorType: "AT_TIMESTAMP" as const, Timestamp: new Date(mapping.enabledAt ?? clock.now()) };
  };

  const open = async (caller: Caller) => {
    if (iterator && clock.now() - iterator.issued <= iteratorLifetime) return iterator.text;
    const start = { StreamARN: streamArn, ShardId: shardId, ...startingPoint() };
    const { ShardIterator = "" } = await host.call(caller, "kinesis", "GetShardIterator", start);
    return ShardIterator;
  };

  return {
    async read(caller, roleArn, limit) {
      const ShardIterator = await open(caller);
      iterator = undefined;
      const page = await host.call(caller, "kinesis", "GetRecords", {
        ShardIterator,
        StreamARN: streamArn,
        Limit: Math.min(maxRecords, limit),
      });
      const { Records = [], NextShardIterator: text, MillisBehindLatest = 0 } = page;
      if (text !== undefined) iterator = { text, issued: clock.now() };
      lastRead = Records.at(-1)?.SequenceNumber ?? lastRead;
      const records = Records.map((record) => streamRecord(record, { streamArn, shardId, region, roleArn }));
      const atTip = MillisBehindLatest === 0 && records.length < limit;
      return { records, atTip, atEnd: text === undefined };
    },
  };
}
