import type { EventSourceMappingConfiguration } from "@aws-sdk/client-lambda";
import { readAllPages } from "../../../aws/read-all-pages";
import type { Caller, Host } from "../../../host/service";
import type { Runner } from "../execution/runner";
import type { LambdaFunction } from "../state/function";
import type { MappingSettings, MappingStore, StreamMapping } from "../state/stream-mapping";
import { createShardReader, type ShardReader } from "./shard-reader";

/** The time that a mapping is Creating, Updating, … ; AWS takes up to a minute. */
const transition = 1_000;

/** The change of a mapping at the end of a transitional state. */
export interface Change {
  readonly settings?: MappingSettings;
  readonly becomes: "Enabled" | "Disabled" | "deleted";
}

/** A mapping at work; stopped and replaced when the mapping changes. */
interface Run {
  /** Takes no new batch; resolves when those in flight are done. */
  stop(): Promise<unknown>;
}

export interface StreamMappings {
  /** Moves through a transitional state, and applies the change at its end. */
  settle(mapping: StreamMapping, state: StreamMapping["state"], change: Change): void;
  /** Resolves when the batches in flight are done. */
  stop(mapping: StreamMapping): Promise<unknown>;
}

/** Runs mappings: readers of each shard, woken by the append. */
export function createStreamMappings(
  host: Host,
  store: MappingStore,
  runner: Runner,
  functionOf: (mapping: StreamMapping) => LambdaFunction,
  callerFor: (fn: LambdaFunction) => Caller,
): StreamMappings {
  const { clock } = host;
  const runs = new WeakMap<StreamMapping, Run>();
  /** Batches in flight that must be done before a change is applied. */
  const drained = new WeakMap<StreamMapping, Promise<unknown>>();

  const stop = (mapping: StreamMapping) => {
    const run = runs.get(mapping);
    runs.delete(mapping);
    const done = run?.stop() ?? drained.get(mapping) ?? Promise.resolve();
    drained.set(mapping, done);
    return done;
  };

  const start = (mapping: StreamMapping) => {
    const before = stop(mapping);
    mapping.state = "Enabled";
    mapping.enabledAt ??= clock.now();
    const readers = new Map<string, ShardReader>();
    let stopped = false;
    let timer: { cancel(): void } | undefined;

    const read = (shardId: string) => {
      const reader = createShardReader({
        host,
        runner,
        mapping,
        shardId,
        functionOf: () => functionOf(mapping),
        callerFor,
      });
      readers.set(shardId, reader);
      reader.wake();
    };
    const open = async () => {
      await before;
      try {
        const shardIds = await listShards(host, callerFor(functionOf(mapping)), mapping.streamArn);
        if (!stopped) shardIds.forEach(read);
      } catch (cause) {
        mapping.lastResult = `PROBLEM: ${cause instanceof Error ? cause.message : String(cause)}`;
        if (!stopped) timer = clock.at(clock.now() + 10_000, `lambda: mapping ${mapping.id} lists its shards`, open);
      }
    };
    const forget = host.on("kinesis.append", ({ streamArn, shardId }) => {
      if (streamArn === mapping.streamArn) readers.get(shardId)?.wake();
    });
    runs.set(mapping, {
      stop() {
        stopped = true;
        timer?.cancel();
        forget();
        return Promise.all([...readers.values()].map((reader) => reader.stop()));
      },
    });
    clock.track(open());
  };

  const apply = async (mapping: StreamMapping, state: StreamMapping["state"], change: Change) => {
    if (mapping.state !== state) return;
    const { settings, becomes } = change;
    if (becomes === "deleted") {
      store.of(mapping).delete(mapping.id);
      return;
    }
    await drained.get(mapping);
    if (settings) mapping.settings = settings;
    if (becomes === "Enabled") start(mapping);
    else mapping.state = "Disabled";
  };

  return {
    settle(mapping, state, change) {
      mapping.state = state;
      mapping.lastModified = clock.now();
      const label = `lambda: mapping ${mapping.id} is ${state}`;
      clock.at(clock.now() + transition, label, () => apply(mapping, state, change), "transition");
    },
    stop,
  };
}

async function listShards(host: Host, caller: Caller, StreamARN: string): Promise<string[]> {
  const found = await readAllPages(async (NextToken) => {
    const page = await host.call(
      caller,
      "kinesis",
      "ListShards",
      NextToken === undefined ? { StreamARN } : { NextToken },
    );
    return { items: page.Shards, next: page.NextToken };
  });
  return found.map(({ ShardId = "" }) => ShardId);
}

export function describeMapping(mapping: StreamMapping, functionArn: string): EventSourceMappingConfiguration {
  const { settings, start } = mapping;
  return {
    UUID: mapping.id,
    EventSourceMappingArn: mapping.arn,
    EventSourceArn: mapping.streamArn,
    FunctionArn: functionArn,
    State: mapping.state,
    StateTransitionReason: "User action",
    LastModified: new Date(mapping.lastModified),
    LastProcessingResult: mapping.lastResult,
    StartingPosition: start,
    BatchSize: settings.batchSize,
    MaximumBatchingWindowInSeconds: settings.windowSeconds,
    ParallelizationFactor: settings.parallelizationFactor,
    BisectBatchOnFunctionError: settings.bisect,
    FunctionResponseTypes: settings.partialBatchResponse ? ["ReportBatchItemFailures"] : [],
    MaximumRetryAttempts: settings.maximumRetryAttempts,
    MaximumRecordAgeInSeconds: settings.maximumRecordAgeSeconds,
    TumblingWindowInSeconds: 0,
    DestinationConfig: { OnFailure: settings.onFailure === undefined ? {} : { Destination: settings.onFailure } },
    ...(settings.filters.length > 0 && {
      FilterCriteria: { Filters: settings.filters.map((Pattern) => ({ Pattern })) },
    }),
    ...(settings.eventCountMetrics && { MetricsConfig: { Metrics: ["EventCount"] } }),
  };
}
