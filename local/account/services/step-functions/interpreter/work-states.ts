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
import type { Outcome, Sequence, Settled, Visit } from "./sequence";
import { Aborted, ResultTooLargeError, StateError, TimeoutError } from "./state-error";

type RunStates = (machine: States, input: Json, sequence: Sequence) => Promise<Json>;

interface Guarded {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Next?: string;
}

/**
 * Runs a state's work as often as its retriers say; an error that they no longer retry is passed to
 * its catchers. `failed` is the event of a state whose last attempt failed.
 */
export async function withRetryAndCatch(
  { Retry = [], Catch = [], Next }: Guarded,
  visit: Visit,
  sequence: Sequence,
  work: () => Promise<Settled>,
  failed?: HistoryEventType,
): Promise<Outcome> {
  const { clock, random } = sequence.environment;
  const attempts = new Map<Retrier, number>();
  for (;;) {
    try {
      return { ...(await work()), next: Next };
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      const delay = nextDelay(Retry, error, attempts, random);
      if (delay !== undefined) {
        visit.retryCount++;
        await sequence.pause(clock.now() + delay * 1000, `retry of ${visit.name}`);
        continue;
      }
      if (failed) sequence.record(failed);
      const catcher = catcherOf(Catch, error);
      if (!catcher) throw error;
      const errorOutput = error.output;
      const prefix = `Catch[${Catch.indexOf(catcher)}]/`;
      const settled = await sequence.settle(visit, catcher, errorOutput, { errorOutput }, prefix);
      return { ...settled, next: catcher.Next };
    }
  }
}

const isPositive = (value: Json): value is number => Number.isInteger(value) && Number(value) > 0;
const isCount = (value: Json): value is number => Number.isInteger(value) && Number(value) >= 0;
const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);

/**
 * `arn:aws:states:::aws-sdk:s3:putObject` → the resource type and resource of its history events.
 */
export function namesOf(resource: string): { resourceType: string; resource: string } {
  const parts = resource.split(":").slice(5);
  return { resourceType: parts.slice(0, -1).join(":"), resource: parts.at(-1) ?? "" };
}

export async function runTask(state: TaskState, visit: Visit, sequence: Sequence): Promise<Settled> {
  const { environment } = sequence;
  const parameters =
    state.Arguments === undefined ? visit.input : await sequence.fill(visit, state.Arguments, "Arguments");
  sequence.limit(visit, parameters, "arguments");
  const { TimeoutSeconds } = state;
  const timeout =
    TimeoutSeconds === undefined
      ? undefined
      : await sequence.fillTyped(visit, TimeoutSeconds, "TimeoutSeconds", "integer", isPositive);
  const start = await prepare(state, parameters, visit, sequence);
  const names = namesOf(state.Resource);
  sequence.record("TaskScheduled", {
    taskScheduledEventDetails: {
      ...names,
      region: environment.region,
      parameters: JSON.stringify(parameters),
      ...(timeout !== undefined && { timeoutInSeconds: timeout }),
    },
  });
  sequence.record("TaskStarted", { taskStartedEventDetails: names });
  let result: Json;
  try {
    result = await environment.clock.track(raceWithEnd(start(), timeout, sequence.signal));
    if (sizeOf(result) > payloadLimit) throw new ResultTooLargeError(names.resourceType);
  } catch (error) {
    throw recordFailure(error, names, sequence);
  }
  sequence.record("TaskSucceeded", {
    taskSucceededEventDetails: { ...names, output: JSON.stringify(result), outputDetails: whole },
  });
  return sequence.settle(visit, state, result, { result });
}

async function prepare(state: TaskState, parameters: Json, visit: Visit, sequence: Sequence) {
  try {
    // Tracked: a service's model is read from disk when it is first used.
    return await sequence.environment.clock.track(sequence.environment.prepareTask(state.Resource, parameters));
  } catch (error) {
    if (error instanceof StateError) throw sequence.fault(visit, error.error ?? "States.Runtime", error.message);
    throw error;
  }
}

function recordFailure(error: unknown, names: ReturnType<typeof namesOf>, sequence: Sequence): unknown {
  if (error instanceof TimeoutError) {
    sequence.record("TaskTimedOut", { taskTimedOutEventDetails: { ...names, ...error.details } });
  } else if (error instanceof StateError) {
    sequence.record("TaskFailed", { taskFailedEventDetails: { ...names, ...error.details } });
  }
  return error;
}

/**
 * Node clamps longer timeouts to 1 ms; a task that runs for 24 real days is not a task of this
 * account.
 */
const longestTimeout = 2 ** 31 - 1;

/**
 * TimeoutSeconds of a task measures code (a Lambda, a service call), not waiting: it runs in real
 * time, as Lambda's own timeout does. With the account's clock running fast, every call would time
 * out.
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
  sequence: Sequence,
  runStates: RunStates,
): Promise<Settled> {
  const input = state.Arguments === undefined ? visit.input : await sequence.fill(visit, state.Arguments, "Arguments");
  sequence.record("ParallelStateStarted");
  const branches = state.Branches.map((branch) => (signal: AbortSignal) => {
    const child = sequence.child(signal);
    return { child, done: runStates(branch, input, child) };
  });
  const result = await runConcurrently(branches, branches.length, sequence);
  sequence.limitOutput(visit, result);
  sequence.record("ParallelStateSucceeded");
  return sequence.settle(visit, state, result, { result });
}

/** AWS runs at most 40 iterations of an inline Map at once. */
const inlineConcurrency = 40;

export async function runMap(
  state: MapState,
  visit: Visit,
  sequence: Sequence,
  runStates: RunStates,
): Promise<Settled> {
  const items = await itemsOf(state, visit, sequence);
  const asked = await sequence.fillTyped(visit, state.MaxConcurrency ?? 0, "MaxConcurrency", "integer", isCount);
  sequence.record("MapStateStarted", { mapStateStartedEventDetails: { length: items.length } });
  const iterations = items.map((item, index) => (signal: AbortSignal) => {
    const child = sequence.child(signal, { Index: index, Value: item });
    return { child, done: iterate(state, item, index, visit, child, runStates) };
  });
  const concurrency = asked === 0 ? inlineConcurrency : Math.min(asked, inlineConcurrency);
  const result = await runConcurrently(iterations, concurrency, sequence);
  sequence.limitOutput(visit, result);
  sequence.record("MapStateSucceeded");
  return sequence.settle(visit, state, result, { result });
}

async function itemsOf({ Items }: MapState, visit: Visit, sequence: Sequence): Promise<readonly Json[]> {
  if (Items !== undefined) return sequence.fillTyped(visit, Items, "Items", "array", isArray);
  if (isArray(visit.input)) return visit.input;
  throw sequence.badInput(visit, `Map state input must be an array but was: ${JSON.stringify(visit.input)}`);
}

async function iterate(
  state: MapState,
  item: Json,
  index: number,
  visit: Visit,
  child: Sequence,
  runStates: RunStates,
): Promise<Json> {
  const details = { name: visit.name, index };
  child.record("MapIterationStarted", { mapIterationStartedEventDetails: details });
  try {
    const input = state.ItemSelector === undefined ? item : await child.fill(visit, state.ItemSelector, "ItemSelector");
    const output = await runStates(state.ItemProcessor, input, child);
    child.record("MapIterationSucceeded", { mapIterationSucceededEventDetails: details });
    return output;
  } catch (error) {
    if (error instanceof Aborted) child.record("MapIterationAborted", { mapIterationAbortedEventDetails: details });
    else child.record("MapIterationFailed", { mapIterationFailedEventDetails: details });
    throw error;
  }
}

/** Starts a sequence. */
type Start = (signal: AbortSignal) => { readonly child: Sequence; readonly done: Promise<Json> };

/**
 * Runs sequences inside `parent`, at most `concurrency` at once; returns their outputs in order.
 * The first that fails aborts the others, and its error is thrown once all have ended.
 */
async function runConcurrently(starts: readonly Start[], concurrency: number, parent: Sequence): Promise<Json[]> {
  const siblings = new AbortController();
  const signal = AbortSignal.any([parent.signal, siblings.signal]);
  const outputs: Json[] = starts.map(() => null);
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const work = async () => {
    for (let i = next++; i < starts.length && !failure; i = next++) {
      const started = starts[i]?.(signal);
      if (!started) return;
      const { child, done } = started;
      try {
        outputs[i] = await done;
        if (!failure) parent.last = child.last;
      } catch (error) {
        if (failure) return;
        failure = { error };
        parent.last = child.last;
        siblings.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, starts.length) }, work));
  if (!failure) return outputs;
  throw (failure as { readonly error: unknown }).error;
}
