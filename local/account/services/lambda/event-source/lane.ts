import { randomUUID } from "node:crypto";
import type { Timer } from "../../../endpoint/clock";
import type { Caller, Host } from "../../../endpoint/service";
import type { Outcome, Runner } from "../execution/runner";
import type { FunctionVersion, Target } from "../state/function";
import type { StreamMapping } from "../state/stream-mapping";
import { type Batch, eventOf, firstFailure, fitting, judge, type StreamRecord, splitByAge } from "./batch";
import { deliverFailure, type Failure } from "./failure-record";

/** One batch in flight: a shard has as many lanes as the mapping's parallelization factor, each with its own keys. */
export interface Lane {
  offer(records: readonly StreamRecord[]): void;
  /** Records that wait for a batch. */
  readonly waiting: number;
  /** Takes no new batch; resolves when the one in flight is done. */
  stop(): Promise<void>;
}

export interface LaneOptions {
  readonly host: Host;
  readonly runner: Runner;
  readonly mapping: StreamMapping;
  readonly shardId: string;
  readonly targetOf: () => Target;
  /** The function's role, by which failures are delivered. */
  readonly callerFor: (version: FunctionVersion) => Caller;
  /** Records are done with: processed, or given up. */
  readonly finished: (records: readonly StreamRecord[]) => void;
  /** There is room for more records. */
  readonly hungry: () => void;
}

const maxPause = 60_000;

/**
 * Gathers records, invokes the function and judges the answer (Lambda developer guide, "Using Lambda with Kinesis").
 * Nothing here waits for the clock inside a promise: a pause or a window is a timer that wakes the lane.
 */
export function createLane(options: LaneOptions): Lane {
  const { host, runner, mapping, shardId, targetOf, callerFor, finished, hungry } = options;
  const { clock } = host;
  const { settings } = mapping;
  let stopped = false;
  let busy = false;
  /** A window, which more records may close early, or a pause. */
  let timed: { timer: Timer; window: boolean } | undefined;
  let running: Promise<void> = Promise.resolve();
  let gathered: StreamRecord[] = [];
  let gatheringSince = 0;
  let work: Batch[] = [];
  /** Failures in a row: the pause grows with them. */
  let failures = 0;

  const wake = () => {
    if (stopped || busy || (timed && !timed.window)) return;
    timed?.timer.cancel();
    timed = undefined;
    busy = true;
    running = clock.track(
      drain().finally(() => {
        busy = false;
      }),
    );
  };
  const wakeAt = (time: number, what: string, window: boolean) => {
    const timer = clock.at(time, `lambda: mapping ${mapping.id} ${shardId} ${what}`, () => {
      timed = undefined;
      wake();
    });
    timed = { timer, window };
  };
  const pause = (what: string) => {
    wakeAt(clock.now() + Math.min(maxPause, 1000 * 2 ** failures), what, false);
    failures++;
  };

  const emit = (name: string, dimensions: Record<string, string>, value: number, unit: string) => {
    const { account, region } = mapping;
    host.emit("metric", { account, region, namespace: "AWS/Lambda", name, dimensions, value, unit });
  };
  const count = (name: string, value: number) => {
    if (settings.eventCountMetrics) emit(name, { EventSourceMappingUUID: mapping.id }, value, "Count");
  };

  const drain = async () => {
    while (!stopped && !timed) {
      const batch = work.shift() ?? nextBatch();
      if (!batch) return;
      await handle(batch);
    }
  };

  /** A batch of what was gathered, unless its window is open and it is not full. */
  const nextBatch = (): Batch | undefined => {
    if (gathered.length === 0) return undefined;
    const size = fitting(gathered, settings.batchSize);
    const full = size === settings.batchSize || size < gathered.length;
    const closes = gatheringSince + settings.windowSeconds * 1000;
    if (!full && closes > clock.now()) {
      wakeAt(closes, "closes its batching window", true);
      return undefined;
    }
    const records = gathered.slice(0, size);
    gathered = gathered.slice(size);
    gatheringSince = clock.now();
    hungry();
    return { records, attempts: 0, invocations: 0 };
  };

  const handle = async (batch: Batch): Promise<void> => {
    const { maximumRecordAgeSeconds: age } = settings;
    const { expired, kept } = age < 0 ? { kept: batch } : splitByAge(batch, clock.now() - age * 1000);
    if (expired) await giveUp(expired, "RecordAgeExceeded");
    if (!kept) return;
    let outcome: Outcome;
    try {
      outcome = await invoke(kept);
    } catch (cause) {
      // Throttled, or not to be invoked at all: no attempt. The records wait until their age or retention ends them.
      mapping.lastResult = `PROBLEM: ${cause instanceof Error ? cause.message : String(cause)}`;
      work.unshift(kept);
      pause("invokes again");
      return;
    }
    await settle(kept, outcome);
  };

  const invoke = async (batch: Batch): Promise<Outcome> => {
    const target = targetOf();
    const age = Math.max(0, clock.now() - (batch.records.at(-1)?.arrival ?? 0));
    emit("IteratorAge", { FunctionName: target.fn.name }, age, "Milliseconds");
    return runner.invoke(target, { payload: Buffer.from(eventOf(batch)), requestId: randomUUID() });
  };

  const settle = async (batch: Batch, outcome: Outcome): Promise<void> => {
    const { length } = batch.records;
    count("InvokedEventCount", length);
    const failedAt = failureIn(outcome, batch);
    const { done, next, dropped } = judge(batch, failedAt, settings);
    finished(done);
    work = [...next, ...work];
    if (dropped) await giveUp(dropped, "RetryAttemptsExhausted", outcome);
    if (failedAt === length) {
      mapping.lastResult = "OK";
      failures = 0;
      return;
    }
    count("FailedInvokeEventCount", length - failedAt);
    mapping.lastResult = "PROBLEM: Function call failed";
    if (dropped) failures = 0;
    else pause("tries again");
  };

  const failureIn = ({ functionError, payload }: Outcome, { records }: Batch): number => {
    if (functionError) return 0;
    return settings.partialBatchResponse ? firstFailure(Buffer.from(payload).toString(), records) : records.length;
  };

  /** Dropped are only those records that no destination took (developer guide, "Event source mapping metrics"). */
  const giveUp = async (batch: Batch, condition: Failure["condition"], outcome?: Outcome) => {
    const delivered = await deliver({ mapping, shardId, batch, condition, ...(outcome && { outcome }) });
    count(delivered ? "OnFailureDestinationDeliveredEventCount" : "DroppedEventCount", batch.records.length);
    finished(batch.records);
  };
  const deliver = async (failure: Failure): Promise<boolean> => {
    if (settings.onFailure === undefined) return false;
    try {
      const target = targetOf();
      return await deliverFailure(host, target, callerFor(target.version), settings.onFailure, failure);
    } catch {
      // The function or its role was deleted: no caller may deliver.
      return false;
    }
  };

  return {
    offer(records) {
      if (gathered.length === 0) gatheringSince = clock.now();
      gathered.push(...records);
      wake();
    },
    get waiting() {
      return gathered.length;
    },
    stop() {
      stopped = true;
      timed?.timer.cancel();
      return running;
    },
  };
}
