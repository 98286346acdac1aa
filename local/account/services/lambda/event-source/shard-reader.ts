import { createHash } from "node:crypto";
import type { Timer } from "../../../endpoint/clock";
import type { StreamRecord } from "./batch";
import { createLane, type LaneOptions } from "./lane";
import { createProgress } from "./progress";
import { createShardSource } from "./shard-source";

/** One shard of a mapping: reads it and deals its records to the lanes. */
export interface ShardReader {
  /** There may be something to read: records were appended, or a lane has room. */
  wake(): void;
  /** Takes no new batch; resolves when those in flight are done. */
  stop(): Promise<unknown>;
}

export interface ShardReaderOptions extends Omit<LaneOptions, "finished" | "hungry"> {
  /** The shard was closed, and all its records are done with: its children can be read. */
  readonly onEnd: () => void;
}

/** A lane that is stuck stops the shard when this many of its records wait. */
const maxWaiting = 10_000;
const maxPause = 60_000;

export function createShardReader(options: ShardReaderOptions): ShardReader {
  const { host, mapping, shardId, targetOf, callerFor } = options;
  const { clock } = host;
  const { batchSize, parallelizationFactor, eventCountMetrics } = mapping.settings;
  const source = createShardSource(host, mapping, shardId);
  const progress = createProgress((sequenceNumber) => mapping.checkpoints.set(shardId, sequenceNumber));
  let stopped = false;
  let busy = false;
  let again = false;
  let pause: Timer | undefined;
  let failures = 0;
  let reading: Promise<void> = Promise.resolve();
  /** Whether the shard was closed and read to its end. */
  let atEnd = false;
  let ended = false;

  const endWhenDone = () => {
    if (!atEnd || ended || progress.pending > 0) return;
    ended = true;
    options.onEnd();
  };

  const wake = () => {
    if (stopped || pause || atEnd) return;
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    reading = clock.track(
      feed().finally(() => {
        busy = false;
        if (!again) return;
        again = false;
        wake();
      }),
    );
  };
  const finished = (records: readonly StreamRecord[]) => {
    progress.finished(records);
    endWhenDone();
  };
  const lanes = Array.from({ length: parallelizationFactor }, () => createLane({ ...options, finished, hungry: wake }));

  /** Reads while a lane has room for more of its next batch, until the shard has no more. */
  const feed = async () => {
    try {
      while (!stopped && lanes.some(({ waiting }) => waiting < batchSize)) {
        if (lanes.some(({ waiting }) => waiting >= Math.max(batchSize, maxWaiting))) return;
        const room = lanes.reduce((sum, { waiting }) => sum + Math.max(0, batchSize - waiting), 0);
        const { version } = targetOf();
        const page = await source.read(callerFor(version), version.live.settings.role, room);
        failures = 0;
        if (stopped) return;
        const { records } = page;
        if (eventCountMetrics && records.length > 0) countPolled(records.length);
        progress.started(records);
        deal(records);
        if (page.atEnd) {
          atEnd = true;
          endWhenDone();
          return;
        }
        if (page.atTip) return;
      }
    } catch (cause) {
      mapping.lastResult = `PROBLEM: ${cause instanceof Error ? cause.message : String(cause)}`;
      const due = clock.now() + Math.min(maxPause, 1000 * 2 ** failures++);
      pause = clock.at(due, `lambda: mapping ${mapping.id} ${shardId} reads again`, () => {
        pause = undefined;
        wake();
      });
    }
  };

  /** Records of one partition key go to one lane, so that they stay in order. */
  const deal = (records: readonly StreamRecord[]) => {
    const dealt = lanes.map((): StreamRecord[] => []);
    for (const record of records) dealt[laneOf(record.partitionKey, lanes.length)]?.push(record);
    for (const [i, share] of dealt.entries()) if (share.length > 0) lanes[i]?.offer(share);
  };

  const countPolled = (value: number) =>
    host.emit("metric", {
      account: mapping.account,
      region: mapping.region,
      namespace: "AWS/Lambda",
      name: "PolledEventCount",
      dimensions: { EventSourceMappingUUID: mapping.id },
      value,
      unit: "Count",
    });

  return {
    wake,
    stop() {
      stopped = true;
      pause?.cancel();
      return Promise.all([reading, ...lanes.map((lane) => lane.stop())]);
    },
  };
}

const laneOf = (partitionKey: string, lanes: number) =>
  lanes === 1 ? 0 : createHash("md5").update(partitionKey).digest().readUInt32BE() % lanes;
