import { randomUUID } from "node:crypto";
import type { Caller, Host } from "../../../host/service";
import type { Outcome, Runner } from "../execution/runner";
import type { LambdaFunction } from "../state/function";
import type { MappingSettings, StreamMapping } from "../state/stream-mapping";
import { type Batch, eventOf, firstFailure, judge, type StreamRecord, splitByAge } from "./batch";
import { createBatchBuffer } from "./batch-buffer";
import { deliverFailure, type Failure } from "./failure-record";
import { countEvents, measureAge } from "./mapping-metrics";
import { createWorker } from "./worker";

/**
 * One batch in flight: a shard has as many processors as the mapping's parallelization factor, each
 * with its own keys.
 */
export interface BatchProcessor {
  offer(records: readonly StreamRecord[]): void;
  /** Records that wait for a batch. */
  readonly waiting: number;
  /** Takes no new batch; resolves when the one in flight is done. */
  stop(): Promise<void>;
}

export interface BatchProcessorOptions {
  readonly host: Host;
  readonly runner: Runner;
  readonly mapping: StreamMapping;
  readonly shardId: string;
  readonly functionOf: () => LambdaFunction;
  /** The function's role, by which failures are delivered. */
  readonly callerFor: (fn: LambdaFunction) => Caller;
  /** Called for records that were processed or given up. */
  readonly finished: (records: readonly StreamRecord[]) => void;
  /** Called when there is room for more records. */
  readonly hungry: () => void;
}

const maxPause = 60_000;

/**
 * Gathers records, invokes the function and judges the result (Lambda developer guide, "Using
 * Lambda with Kinesis").
 */
export function createBatchProcessor(options: BatchProcessorOptions): BatchProcessor {
  const { host, mapping, shardId, finished, hungry } = options;
  const { clock } = host;
  const { settings } = mapping;
  const buffer = createBatchBuffer(clock, settings);
  let work: Batch[] = [];
  /** Failures in a row: the pause grows with them. */
  let failures = 0;

  const drain = async () => {
    while (worker.mayContinue()) {
      const batch = work.shift() ?? nextBatch();
      if (!batch) return;
      await handle(batch);
    }
  };
  const worker = createWorker(clock, `lambda: mapping ${mapping.id} ${shardId}`, drain);

  const pause = (what: string) => {
    worker.wakeAt(clock.now() + Math.min(maxPause, 1000 * 2 ** failures), what, "pause");
    failures++;
  };

  const nextBatch = (): Batch | undefined => {
    const taken = buffer.take();
    if (taken && "closes" in taken) {
      worker.wakeAt(taken.closes, "closes its batching window", "window");
      return undefined;
    }
    if (taken) hungry();
    return taken;
  };

  const handle = async (batch: Batch): Promise<void> => {
    const { maximumRecordAgeSeconds: age } = settings;
    const { expired, kept } = age < 0 ? { kept: batch } : splitByAge(batch, clock.now() - age * 1000);
    if (expired) await giveUp(options, expired, "RecordAgeExceeded");
    if (!kept) return;
    const outcome = await tryInvoke(options, kept);
    if (outcome) return settle(kept, outcome);
    work.unshift(kept);
    pause("invokes again");
  };

  const settle = async (batch: Batch, outcome: Outcome): Promise<void> => {
    const { length } = batch.records;
    countEvents(host, mapping, "InvokedEventCount", length);
    const failedAt = findFailure(outcome, batch, settings);
    const { done, next, dropped } = judge(batch, failedAt, settings);
    finished(done);
    work = [...next, ...work];
    if (dropped) await giveUp(options, dropped, "RetryAttemptsExhausted", outcome);
    if (failedAt === length) {
      mapping.lastResult = "OK";
      failures = 0;
      return;
    }
    countEvents(host, mapping, "FailedInvokeEventCount", length - failedAt);
    mapping.lastResult = "PROBLEM: Function call failed";
    if (dropped) failures = 0;
    else pause("tries again");
  };

  return {
    offer(records) {
      buffer.add(records);
      worker.wake();
    },
    get waiting() {
      return buffer.waiting;
    },
    stop: worker.stop,
  };
}

/**
 * Invokes the function. Undefined after a throttle, or if the function cannot be invoked: neither
 * counts as an attempt, and the records wait until their age or retention ends.
 */
async function tryInvoke(
  { host, runner, mapping, functionOf }: BatchProcessorOptions,
  batch: Batch,
): Promise<Outcome | undefined> {
  try {
    const fn = functionOf();
    measureAge(host, mapping, fn.name, batch.records.at(-1)?.arrival ?? 0);
    return await runner.invoke(fn, { payload: Buffer.from(eventOf(batch)), requestId: randomUUID() });
  } catch (cause) {
    mapping.lastResult = `PROBLEM: ${cause instanceof Error ? cause.message : String(cause)}`;
    return undefined;
  }
}

/** The index of the first record that failed; the number of records if none did. */
function findFailure(
  { functionError, payload }: Outcome,
  { records }: Batch,
  { partialBatchResponse }: MappingSettings,
): number {
  if (functionError) return 0;
  return partialBatchResponse ? firstFailure(Buffer.from(payload).toString(), records) : records.length;
}

/**
 * Only records that no destination received count as dropped (developer guide, "Event source
 * mapping metrics").
 */
async function giveUp(
  options: BatchProcessorOptions,
  batch: Batch,
  condition: Failure["condition"],
  outcome?: Outcome,
): Promise<void> {
  const { host, mapping, shardId, finished } = options;
  const delivered = await deliver(options, { mapping, shardId, batch, condition, ...(outcome && { outcome }) });
  const metric = delivered ? "OnFailureDestinationDeliveredEventCount" : "DroppedEventCount";
  countEvents(host, mapping, metric, batch.records.length);
  finished(batch.records);
}

async function deliver(
  { host, mapping, functionOf, callerFor }: BatchProcessorOptions,
  failure: Failure,
): Promise<boolean> {
  const { onFailure } = mapping.settings;
  if (onFailure === undefined) return false;
  try {
    const fn = functionOf();
    return await deliverFailure(host, fn, callerFor(fn), onFailure, failure);
  } catch {
    // The function or its role was deleted: no caller may deliver.
    return false;
  }
}
