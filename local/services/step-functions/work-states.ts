import type { Catcher, Json, MapState, ParallelState, Retrier, States, TaskState } from "./definition";
import { whole } from "./history";
import type { Outcome } from "./interpreter";
import { catcherOf, nextDelay } from "./retry";
import { Aborted, StateError, TimeoutError } from "./state-error";
import type { Settled, Strand, Visit } from "./strand";

type RunStates = (machine: States, input: Json, strand: Strand) => Promise<Json>;

interface Guarded {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Next?: string;
}

/** Runs a state's work as often as its retriers say; what they give up goes to its catchers. */
export async function withRetryAndCatch(
  { Retry = [], Catch = [], Next }: Guarded,
  visit: Visit,
  strand: Strand,
  work: () => Promise<Settled>,
): Promise<Outcome> {
  const { clock, random } = strand.environment;
  const attempts = new Map<Retrier, number>();
  for (;;) {
    try {
      return { ...(await work()), next: Next };
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      const delay = nextDelay(Retry, error.error, attempts, random);
      if (delay !== undefined) {
        visit.retryCount++;
        await strand.pause(clock.now() + delay * 1000, `retry of ${visit.name}`);
        continue;
      }
      const catcher = catcherOf(Catch, error.error);
      if (!catcher) throw error;
      const errorOutput = { Error: error.error, Cause: error.message };
      const place = `Catch[${Catch.indexOf(catcher)}]/`;
      const settled = await strand.settle(visit, catcher, errorOutput, { errorOutput }, place);
      return { ...settled, next: catcher.Next };
    }
  }
}

const isPositive = (value: Json): value is number => Number.isInteger(value) && Number(value) > 0;
const isCount = (value: Json): value is number => Number.isInteger(value) && Number(value) >= 0;
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
  const timeout =
    state.TimeoutSeconds === undefined
      ? undefined
      : await strand.fillTyped(visit, state.TimeoutSeconds, "TimeoutSeconds", "integer", isPositive);
  const start = await prepare(state, parameters, visit, strand);
  const names = namesOf(state.Resource);
  strand.record("TaskScheduled", {
    taskScheduledEventDetails: {
      ...names,
      region: environment.region,
      parameters: JSON.stringify(parameters),
      ...(timeout !== undefined && { timeoutInSeconds: timeout }),
    },
  });
  strand.record("TaskStarted", { taskStartedEventDetails: names });
  let result: Json;
  try {
    result = await environment.clock.track(raceWithEnd(start(), timeout, strand.signal));
  } catch (error) {
    throw recordFailure(error, names, strand);
  }
  strand.limit(visit, result, "a result");
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
    if (error instanceof StateError) throw strand.fault(visit, error.error, error.message);
    throw error;
  }
}

function recordFailure(error: unknown, names: ReturnType<typeof namesOf>, strand: Strand): unknown {
  if (error instanceof TimeoutError) {
    strand.record("TaskTimedOut", { taskTimedOutEventDetails: { ...names, error: error.error } });
  } else if (error instanceof StateError) {
    strand.record("TaskFailed", { taskFailedEventDetails: { ...names, error: error.error, cause: error.message } });
  }
  return error;
}

/** Node clamps longer timeouts to 1 ms; a task that runs for 24 real days is not a task of this account. */
const longestTimeout = 2 ** 31 - 1;

/**
 * TimeoutSeconds of a task measures code (a Lambda, a service call), not waiting: it runs in real time, as Lambda's own
 * timeout does. On a hurried clock every call would time out.
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
  const branches = state.Branches.map((branch) => (signal: AbortSignal) => {
    const child = strand.child(signal);
    return { child, done: runStates(branch, input, child) };
  });
  const result = await sideBySide(branches, branches.length, strand, () => strand.record("ParallelStateFailed"));
  strand.limit(visit, result, "a result");
  strand.record("ParallelStateSucceeded");
  return strand.settle(visit, state, result, { result });
}

/** AWS runs at most 40 iterations of an inline Map at once. */
const inlineConcurrency = 40;

export async function runMap(state: MapState, visit: Visit, strand: Strand, runStates: RunStates): Promise<Settled> {
  const items = await strand.fillTyped(visit, state.Items ?? visit.input, "Items", "array", isArray);
  const asked = await strand.fillTyped(visit, state.MaxConcurrency ?? 0, "MaxConcurrency", "integer", isCount);
  strand.record("MapStateStarted", { mapStateStartedEventDetails: { length: items.length } });
  const iterations = items.map((item, index) => (signal: AbortSignal) => {
    const child = strand.child(signal, { Index: index, Value: item });
    return { child, done: iterate(state, item, index, visit, child, runStates) };
  });
  const concurrency = asked === 0 ? inlineConcurrency : Math.min(asked, inlineConcurrency);
  const result = await sideBySide(iterations, concurrency, strand, () => strand.record("MapStateFailed"));
  strand.limit(visit, result, "a result");
  strand.record("MapStateSucceeded");
  return strand.settle(visit, state, result, { result });
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
    child.record("MapIterationSucceeded", { mapIterationSucceededEventDetails: details });
    return output;
  } catch (error) {
    if (error instanceof Aborted) child.record("MapIterationAborted", { mapIterationAbortedEventDetails: details });
    else child.record("MapIterationFailed", { mapIterationFailedEventDetails: details });
    throw error;
  }
}

type Start = (signal: AbortSignal) => { readonly child: Strand; readonly done: Promise<Json> };

/**
 * Runs strands inside `parent`, at most `concurrency` at once; answers their outputs in order. The first that fails
 * aborts the others, and its error is thrown once all have ended.
 */
async function sideBySide(
  starts: readonly Start[],
  concurrency: number,
  parent: Strand,
  recordFailed: () => void,
): Promise<Json[]> {
  const siblings = new AbortController();
  const signal = AbortSignal.any([parent.signal, siblings.signal]);
  const outputs: Json[] = starts.map(() => null);
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const work = async () => {
    for (let i = next++; i < starts.length && !failure; i = next++) {
      const started = starts[i]?.(signal);
      if (!started) return;
      try {
        outputs[i] = await started.done;
        if (!failure) parent.last = started.child.last;
      } catch (error) {
        if (failure) return;
        failure = { error };
        parent.last = started.child.last;
        siblings.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, starts.length) }, work));
  if (!failure) return outputs;
  const { error } = failure as { readonly error: unknown };
  if (error instanceof StateError) recordFailed();
  throw error;
}
