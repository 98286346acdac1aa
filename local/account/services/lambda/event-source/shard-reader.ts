import { createHash } from "node:crypto";
import type { Timer } from "../../../time/clock";
import { createRepeater } from "../../../time/repeater";
import type { StreamRecord } from "./batch";
import { type BatchProcessor, type BatchProcessorOptions, createBatchProcessor } from "./batch-processor";
import { countEvents } from "./mapping-metrics";
import { createProgress } from "./progress";
import { compileFilters } from "./record-filter";
import { createShardSource } from "./shard-source";

/** One shard of a mapping: reads it and deals its records to the processors. */
export interface ShardReader {
  /** There may be something to read: records were appended, or a processor has room. */
  wake(): void;
  /** Takes no new batch; resolves when those in flight are done. */
  stop(): Promise<unknown>;
}

export type ShardReaderOptions = Omit<BatchProcessorOptions, "finished" | "hungry">;

/** A processor that is stuck stops the shard when this many of its records wait. */
const maxWaiting = 10_000;
const maxPause = 60_000;

/** Creates the reader of a shard. */
export function createShardReader(options: ShardReaderOptions): ShardReader {
  const { host, mapping, shardId, functionOf, callerFor } = options;
  const { clock } = host;
  const { batchSize, parallelizationFactor } = mapping.settings;
  const passes = compileFilters(mapping.settings.filters);
  const source = createShardSource(host, mapping, shardId);
  const progress = createProgress((sequenceNumber) => mapping.checkpoints.set(shardId, sequenceNumber));
  let stopped = false;
  let pause: Timer | undefined;
  let failures = 0;

  const processors = Array.from({ length: parallelizationFactor }, () =>
    createBatchProcessor({ ...options, finished: progress.finished, hungry: () => reading.wake() }),
  );

  const pauseAfter = (cause: unknown) => {
    mapping.lastResult = `PROBLEM: ${cause instanceof Error ? cause.message : String(cause)}`;
    const due = clock.now() + Math.min(maxPause, 1000 * 2 ** failures++);
    pause = clock.at(due, `lambda: mapping ${mapping.id} ${shardId} reads again`, () => {
      pause = undefined;
      reading.wake();
    });
  };

  const take = (records: readonly StreamRecord[]) => {
    if (records.length > 0) countEvents(host, mapping, "PolledEventCount", records.length);
    progress.started(records);
    const passed = passes ? records.filter(passes) : records;
    dealRecords(processors, passed);
    if (passed.length === records.length) return;
    countEvents(host, mapping, "FilteredOutEventCount", records.length - passed.length);
    const kept = new Set(passed);
    progress.finished(records.filter((record) => !kept.has(record)));
  };

  /** Reads while a processor has room for more of its next batch, until the shard has no more. */
  const feed = async () => {
    try {
      while (!stopped && processors.some(({ waiting }) => waiting < batchSize)) {
        if (processors.some(({ waiting }) => waiting >= Math.max(batchSize, maxWaiting))) return;
        const fn = functionOf();
        const page = await source.read(callerFor(fn), fn.live.settings.role, roomOf(processors, batchSize));
        failures = 0;
        if (stopped) return;
        take(page.records);
        if (page.atTip) return;
      }
    } catch (cause) {
      pauseAfter(cause);
    }
  };

  const reading = createRepeater(clock, () => !stopped && !pause, feed);

  return {
    wake: reading.wake,
    stop() {
      stopped = true;
      pause?.cancel();
      return Promise.all([reading.running, ...processors.map((processor) => processor.stop())]);
    },
  };
}

/** The number of records that the processors can take for their next batches. */
const roomOf = (processors: readonly BatchProcessor[], batchSize: number) =>
  processors.reduce((sum, { waiting }) => sum + Math.max(0, batchSize - waiting), 0);

/** Records of one partition key go to one processor, so that they stay in order. */
function dealRecords(processors: readonly BatchProcessor[], records: readonly StreamRecord[]): void {
  const dealt = processors.map((): StreamRecord[] => []);
  for (const record of records) dealt[chooseProcessor(record.partitionKey, processors.length)]?.push(record);
  for (const [i, share] of dealt.entries()) if (share.length > 0) processors[i]?.offer(share);
}

const chooseProcessor = (partitionKey: string, processors: number) =>
  processors === 1 ? 0 : createHash("md5").update(partitionKey).digest().readUInt32BE() % processors;
