import { randomUUID } from "node:crypto";
import type { Timer } from "../../endpoint/clock";
import type { Caller, Host } from "../../endpoint/service";
import {
  type Batch,
  eventOf,
  firstFailure,
  fitting,
  judge,
  type StreamRecord,
  splitByAge,
  streamRecord,
} from "./batch";
import { deliverFailure, type Failure } from "./failure-record";
import type { LambdaFunction } from "./function";
import type { Outcome, Runner } from "./runner";
import type { StreamMapping } from "./stream-mapping";

/** One shard of a mapping: one batch in flight, later records wait. */
export interface ShardReader {
  /** There may be something to do: records were appended, a window or a pause is over. */
  wake(): void;
  /** Takes no new batch; resolves when the one in flight is done. */
  stop(): Promise<void>;
}

export interface ShardReaderOptions {
  readonly host: Host;
  readonly runner: Runner;
  readonly mapping: StreamMapping;
  readonly shardId: string;
  readonly functionOf: () => LambdaFunction;
  /** The function's role, by which the stream is read and failures are delivered. */
  readonly callerFor: (fn: LambdaFunction) => Caller;
}

/** Iterators live five minutes; ask for a new one in time. */
const iteratorLifetime = 240_000;
const maxPause = 60_000;

/**
 * Gathers records, invokes the function and judges the answer (Lambda developer guide, "Using Lambda with Kinesis").
 * Nothing here waits for the clock inside a promise: a pause or a window is a timer that wakes the reader.
 */
export function createShardReader({
  host,
  runner,
  mapping,
  shardId,
  functionOf,
  callerFor,
}: ShardReaderOptions): ShardReader {
  const { clock } = host;
  const { settings } = mapping;
  let stopped = false;
  let busy = false;
  let again = false;
  /** What the reader waits for besides records: a window that more records may close early, or a pause. */
  let waiting: { timer: Timer; window: boolean } | undefined;
  let running: Promise<void> = Promise.resolve();
  let iterator: { text: string; issued: number } | undefined;
  let lastRead = mapping.checkpoints.get(shardId);
  let gathered: StreamRecord[] = [];
  let gatheringSince = 0;
  let work: Batch[] = [];
  /** Failures in a row: the pause grows with them. */
  let failures = 0;

  const wake = () => {
    if (stopped || (waiting && !waiting.window)) return;
    if (busy) {
      again = true;
      return;
    }
    waiting?.timer.cancel();
    waiting = undefined;
    busy = true;
    running = clock.track(
      drain().finally(() => {
        busy = false;
        if (again) {
          again = false;
          wake();
        }
      }),
    );
  };

  const wakeAt = (time: number, what: string, window: boolean) => {
    const timer = clock.at(time, `lambda: mapping ${mapping.id} ${shardId} ${what}`, () => {
      waiting = undefined;
      wake();
    });
    waiting = { timer, window };
  };
  const pause = (what: string) => {
    wakeAt(clock.now() + Math.min(maxPause, 1000 * 2 ** failures), what, false);
    failures++;
  };

  const count = (name: string, value: number) => {
    if (!settings.eventCountMetrics) return;
    const dimensions = { EventSourceMappingUUID: mapping.id };
    host.emit("metric", { ...place(), namespace: "AWS/Lambda", name, dimensions, value, unit: "Count" });
  };
  const place = () => ({ account: mapping.account, region: mapping.region });

  const drain = async () => {
    try {
      while (!stopped && !waiting) {
        const batch = work.shift();
        if (batch) await handle(batch);
        else if (!(await gather())) return;
      }
    } catch (cause) {
      iterator = undefined;
      problem(cause);
      pause("reads again");
    }
  };
  const problem = (cause: unknown) => {
    mapping.lastResult = `PROBLEM: ${cause instanceof Error ? cause.message : String(cause)}`;
  };

  /** Reads until a batch is complete. False: nothing to do until more records come or the window closes. */
  const gather = async (): Promise<boolean> => {
    let atTip = false;
    while (
      !atTip &&
      gathered.length < settings.batchSize &&
      fitting(gathered, settings.batchSize) === gathered.length
    ) {
      const { records, behind } = await read(settings.batchSize - gathered.length);
      if (gathered.length === 0 && records.length > 0) gatheringSince = clock.now();
      gathered.push(...records);
      atTip = behind === 0 && records.length < settings.batchSize;
      if (stopped) return false;
    }
    if (gathered.length === 0) return false;
    const size = fitting(gathered, settings.batchSize);
    const full = size === settings.batchSize || size < gathered.length;
    const closes = gatheringSince + settings.windowSeconds * 1000;
    if (!full && closes > clock.now()) {
      wakeAt(closes, "closes its batching window", true);
      return false;
    }
    work.push({ records: gathered.slice(0, size), attempts: 0, invocations: 0 });
    gathered = gathered.slice(size);
    gatheringSince = clock.now();
    return true;
  };

  const read = async (limit: number) => {
    const fn = functionOf();
    const caller = callerFor(fn);
    if (!iterator || clock.now() - iterator.issued > iteratorLifetime) {
      const { ShardIterator = "" } = await host.call(caller, "kinesis", "GetShardIterator", {
        StreamARN: mapping.streamArn,
        ShardId: shardId,
        ...startingPoint(),
      });
      iterator = { text: ShardIterator, issued: clock.now() };
    }
    const {
      Records = [],
      NextShardIterator,
      MillisBehindLatest,
    } = await host.call(caller, "kinesis", "GetRecords", {
      ShardIterator: iterator.text,
      StreamARN: mapping.streamArn,
      Limit: Math.min(10_000, limit),
    });
    iterator = NextShardIterator === undefined ? undefined : { text: NextShardIterator, issued: clock.now() };
    lastRead = Records.at(-1)?.SequenceNumber ?? lastRead;
    if (Records.length > 0) count("PolledEventCount", Records.length);
    const at = { streamArn: mapping.streamArn, shardId, region: mapping.region, roleArn: fn.live.settings.role };
    return { records: Records.map((record) => streamRecord(record, at)), behind: MillisBehindLatest ?? 0 };
  };

  const startingPoint = () => {
    if (lastRead !== undefined) {
      return { ShardIteratorType: "AFTER_SEQUENCE_NUMBER" as const, StartingSequenceNumber: lastRead };
    }
    if (mapping.start.type === "TRIM_HORIZON") return { ShardIteratorType: "TRIM_HORIZON" as const };
    const from =
      mapping.start.type === "AT_TIMESTAMP" ? mapping.start.time : new Date(mapping.enabledAt ?? clock.now());
    return { ShardIteratorType: "AT_TIMESTAMP" as const, Timestamp: from };
  };

  const done = (records: readonly StreamRecord[]) => {
    const last = records.at(-1);
    if (last) mapping.checkpoints.set(shardId, last.sequenceNumber);
  };

  const handle = async (batch: Batch): Promise<void> => {
    const { maximumRecordAgeSeconds: age } = settings;
    const { expired, kept } = age < 0 ? { kept: batch } : splitByAge(batch, clock.now() - age * 1000);
    if (expired) await giveUp(expired, "RecordAgeExceeded");
    if (!kept) return;

    const last = kept.records.at(-1);
    const iteratorAge = Math.max(0, clock.now() - (last?.arrival ?? 0));
    let outcome: Outcome;
    try {
      outcome = await invoke(kept, iteratorAge);
    } catch (cause) {
      // Throttled, or not to be invoked at all: no attempt. The records wait until their age or retention ends them.
      problem(cause);
      work.unshift(kept);
      return pause("invokes again");
    }
    count("InvokedEventCount", kept.records.length);
    const failedAt = outcome.functionError
      ? 0
      : settings.partialBatchResponse
        ? firstFailure(Buffer.from(outcome.payload).toString(), kept.records)
        : kept.records.length;
    const verdict = judge(kept, failedAt, settings);
    done(verdict.done);
    work = [...verdict.next, ...work];
    if (failedAt < kept.records.length) count("FailedInvokeEventCount", kept.records.length - failedAt);
    if (verdict.dropped) await giveUp(verdict.dropped, "RetryAttemptsExhausted", outcome);
    if (failedAt === kept.records.length) {
      mapping.lastResult = "OK";
      failures = 0;
    } else {
      mapping.lastResult = "PROBLEM: Function call failed";
      if (verdict.dropped) failures = 0;
      else pause("tries again");
    }
  };

  const invoke = async (batch: Batch, iteratorAge: number): Promise<Outcome> => {
    const fn = functionOf();
    host.emit("metric", {
      ...place(),
      namespace: "AWS/Lambda",
      name: "IteratorAge",
      dimensions: { FunctionName: fn.name },
      value: iteratorAge,
      unit: "Milliseconds",
    });
    return runner.invoke(fn, { payload: Buffer.from(eventOf(batch)), requestId: randomUUID() });
  };

  const giveUp = async (batch: Batch, condition: Failure["condition"], outcome?: Outcome) => {
    count("DroppedEventCount", batch.records.length);
    if (settings.onFailure !== undefined) {
      const failure: Failure = { mapping, shardId, batch, condition, ...(outcome && { outcome }) };
      const fn = functionOf();
      const delivered = await deliverFailure(host, fn, callerFor(fn), settings.onFailure, failure);
      if (delivered) count("OnFailureDestinationDeliveredEventCount", batch.records.length);
    }
    done(batch.records);
  };

  return {
    wake,
    stop() {
      stopped = true;
      waiting?.timer.cancel();
      return running;
    },
  };
}
