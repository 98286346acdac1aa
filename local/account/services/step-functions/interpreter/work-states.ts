import type { HistoryEventType } from "@aws-sdk/client-sfn";
import {
  type Catcher,
  type Json,
  type MapState,
  type ParallelState,
  payloadLimit,
  type Retrier,
  type States,
  sizeOf,
  type TaskState,
} from "../definition/definition";
import { whole } from "./history";
import { catcherOf, nextDelay } from "./retry";
import { Aborted, ResultTooLargeError, StateError, TimeoutError } from "./state-error";
import type { Outcome, Settled, Strand, Visit } from "./strand";

type RunStates = (machine: States, input: Json, strand: Strand) => Promise<Json>;

interface Guarded {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Next?: string;
}

/**
 * Runs a state's work as often as its retriers say; an error that they no longer retry is passed to its catchers.
 * `failed` is the event of a state whose last attempt failed.
 */
export async function withRetryAndCatch(
  { Retry = [], Catch = [], Next }: Guarded,
  visit: Visit,
  strand: Strand,
  work: () => Promise<Settled>,
  failed?: HistoryEventType,
): Promise<Outcome> {
  const { clock, random } = strand.environment;
  const attempts = new Map<Retrier, number>();
  for (;;) {
    try {
      return { ...(await work()), next: Next };
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      const delay = nextDelay(Retry, error, attempts, random);
      if (delay !== undefined) {
        visit.retryCount++;
        await strand.pause(clock.now() + delay * 1000, `retry of ${visit.name}`);
        continue;
      }
      if (failed) strand.record(failed);
      const catcher = catcherOf(Catch, error);
      if (!catcher) throw error;
      const errorOutput = error.output;
      const place = `Catch[${Catch.indexOf(catcher)}]/`;
      const settled = await strand.settle(visit, catcher, errorOutput, { errorOutput }, place);
      return { ...settled, next: catcher.Next };
    }
  }
}

const isPositive = (value: Json): value is number => Number.isInteger(value) && Number(value) > 0;
const isCount = (value: Json): value is number => Number.isInteger(value) && Number(value) >= 0;
const isNumber = (value: Json): value is number => typeof value === "number";
const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);

/** `arn:aws:states:::aws-sdk:s3:putObject` → the resource type and resource of its history events. */
export function namesOf(resource: string): { resourceType: string; resource: string } {
  const parts = resource.split(":").slice(5);
  return { resourceType: parts.slice(0, -1).join(":"), resource: parts.at(-1) ?? "" };
}

export async function runTask(state: TaskState, visit: Visit, strand: Strand): Promise<Settled> {
  const { environment } = strand;
  const parameters =
    state.Arguments === undefined ? visit.input : await strand.fill(visit, state.Arguments, "Arguments");
  strand.limit(visit, parameters, "arguments");
  const seconds = async (field: "TimeoutSeconds" | "HeartbeatSeconds") => {
    const given = state[field];
    return given === undefined ? undefined : await strand.fillTyped(visit, given, field, "integer", isPositive);
  };
  const timeout = await seconds("TimeoutSeconds");
  const heartbeat = await seconds("HeartbeatSeconds");
  const start = await prepare(state, parameters, visit, strand);
  const names = namesOf(state.Resource);
  strand.record("TaskScheduled", {
    taskScheduledEventDetails: {
      ...names,
      region: environment.region,
      parameters: JSON.stringify(parameters),
      ...(timeout !== undefined && { timeoutInSeconds: timeout }),
      ...(heartbeat !== undefined && { heartbeatInSeconds: heartbeat }),
    },
  });
  strand.record("TaskStarted", { taskStartedEventDetails: names });
  let result: Json;
  try {
    result = await environment.clock.track(raceWithEnd(start(), timeout, strand.signal));
    if (sizeOf(result) > payloadLimit) throw new ResultTooLargeError(names.resourceType);
  } catch (error) {
    throw recordFailure(error, names, strand);
  }
  strand.record("TaskSucceeded", {
    taskSucceededEventDetails: { ...names, output: JSON.stringify(result), outputDetails: whole },
  });
  return strand.settle(visit, state, result, { result });
}

async function prepare(state: TaskState, parameters: Json, visit: Visit, strand: Strand) {
  try {
    // Tracked: a service's model is read from disk when it is first used.
    return await strand.environment.clock.track(strand.environment.prepareTask(state.Resource, parameters));
  } catch (error) {
    if (error instanceof StateError) throw strand.fault(visit, error.error ?? "States.Runtime", error.message);
    throw error;
  }
}

function recordFailure(error: unknown, names: ReturnType<typeof namesOf>, strand: Strand): unknown {
  if (error instanceof TimeoutError) {
    strand.record("TaskTimedOut", { taskTimedOutEventDetails: { ...names, ...error.details } });
  } else if (error instanceof StateError) {
    strand.record("TaskFailed", { taskFailedEventDetails: { ...names, ...error.details } });
  }
  return error;
}

/** Node clamps longer timeouts to 1 ms; a task that runs for 24 real days is not a task of this account. */
const longestTimeout = 2 ** 31 - 1;

/**
 * TimeoutSeconds of a task measures code (a Lambda, a service call), not waiting: it runs in real time, as Lambda's own
 * timeout does. With the account's clock running fast, every call would time out.
 */
function raceWithEnd<T>(work: Promise<T>, timeoutSeconds: number | undefined, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const milliseconds = (timeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000;
    const timer =
      milliseconds <= longestTimeout ? setTimeout(() => reject(new TimeoutError()), milliseconds) : undefined;
    const stop = () => reject(new Aborted());
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    });
  });
}

export async function runParallel(
  state: ParallelState,
  visit: Visit,
  strand: Strand,
  runStates: RunStates,
): Promise<Settled> {
  const input = state.Arguments === undefined ? visit.input : await strand.fill(visit, state.Arguments, "Arguments");
  strand.record("ParallelStateStarted");
  const branches = state.Branches.map((branch) => (signal: AbortSignal, after: number) => {
    const child = strand.child(signal, after);
    return { child, done: runStates(branch, input, child) };
  });
  const result = await runConcurrently(branches, branches.length, strand);
  strand.limitOutput(visit, result);
  recordSucceeded("ParallelStateSucceeded", strand);
  return strand.settle(visit, state, result, { result });
}

/** The event after this one follows the same event as it does (recorded on AWS: localstack's snapshot test_map_state). */
function recordSucceeded(type: "ParallelStateSucceeded" | "MapStateSucceeded", strand: Strand): void {
  const { last } = strand;
  strand.record(type);
  strand.last = last;
}

/** AWS runs at most 40 iterations of an inline Map at once. */
const inlineConcurrency = 40;

export async function runMap(state: MapState, visit: Visit, strand: Strand, runStates: RunStates): Promise<Settled> {
  const items = await itemsOf(state, visit, strand);
  const asked = await strand.fillTyped(visit, state.MaxConcurrency ?? 0, "MaxConcurrency", "integer", isCount);
  await evaluateTolerance(state, visit, strand);
  strand.record("MapStateStarted", { mapStateStartedEventDetails: { length: items.length } });
  const iterations = items.map((item, index) => (signal: AbortSignal, after: number) => {
    const child = strand.child(signal, after, { Index: index, Value: item });
    return { child, done: iterate(state, item, index, visit, child, runStates) };
  });
  const concurrency = asked === 0 ? inlineConcurrency : Math.min(asked, inlineConcurrency);
  const result = await runConcurrently(iterations, concurrency, strand);
  strand.limitOutput(visit, result);
  recordSucceeded("MapStateSucceeded", strand);
  return strand.settle(visit, state, result, { result });
}

async function itemsOf({ Items }: MapState, visit: Visit, strand: Strand): Promise<readonly Json[]> {
  if (Items !== undefined) return strand.fillTyped(visit, Items, "Items", "array", isArray);
  if (isArray(visit.input)) return visit.input;
  throw strand.badInput(visit, `Map state input must be an array but was: ${JSON.stringify(visit.input)}`);
}

/**
 * An inline Map evaluates these fields and then still fails with its first iteration: only a distributed Map tolerates
 * failures (recorded on AWS: localstack's snapshot test_base_map[TOLERATED_FAILURE_COUNT]).
 */
async function evaluateTolerance(state: MapState, visit: Visit, strand: Strand): Promise<void> {
  for (const field of ["ToleratedFailureCount", "ToleratedFailurePercentage"] as const) {
    const template = state[field];
    if (template !== undefined) await strand.fillTyped(visit, template, field, "number", isNumber);
  }
}

async function iterate(
  state: MapState,
  item: Json,
  index: number,
  visit: Visit,
  child: Strand,
  runStates: RunStates,
): Promise<Json> {
  const details = { name: visit.name, index };
  child.record("MapIterationStarted", { mapIterationStartedEventDetails: details });
  try {
    const input = state.ItemSelector === undefined ? item : await child.fill(visit, state.ItemSelector, "ItemSelector");
    const output = await runStates(state.ItemProcessor, input, child);
    child.recordEnd("MapIterationSucceeded", { mapIterationSucceededEventDetails: details });
    return output;
  } catch (error) {
    if (error instanceof Aborted) child.recordEnd("MapIterationAborted", { mapIterationAbortedEventDetails: details });
    else child.recordEnd("MapIterationFailed", { mapIterationFailedEventDetails: details });
    throw error;
  }
}

/** Starts a strand that follows the event `after`. */
type Start = (signal: AbortSignal, after: number) => { readonly child: Strand; readonly done: Promise<Json> };

/**
 * Runs strands inside `parent`, at most `concurrency` at once; returns their outputs in order. The first that fails
 * aborts the others, and its error is thrown once all have ended.
 */
async function runConcurrently(starts: readonly Start[], concurrency: number, parent: Strand): Promise<Json[]> {
  const siblings = new AbortController();
  const signal = AbortSignal.any([parent.signal, siblings.signal]);
  const outputs: Json[] = starts.map(() => null);
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const work = async () => {
    let after = parent.last;
    for (let i = next++; i < starts.length && !failure; i = next++) {
      const started = starts[i]?.(signal, after);
      if (!started) return;
      const { child, done } = started;
      // What follows an iteration follows its last state; only the end of the whole Map follows the iteration's end
      // (recorded on AWS: localstack's snapshots test_map_state and test_map_state_retry).
      try {
        outputs[i] = await done;
        after = child.beforeEnd ?? child.last;
        if (!failure) parent.last = child.last;
      } catch (error) {
        if (failure) return;
        failure = { error };
        parent.last = child.beforeEnd ?? child.last;
        siblings.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, starts.length) }, work));
  if (!failure) return outputs;
  throw (failure as { readonly error: unknown }).error;
}
