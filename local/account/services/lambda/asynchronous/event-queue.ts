import { Fault } from "../../../aws/fault";
import type { Host } from "../../../host/service";
import { emitFunctionMetric } from "../execution/function-metric";
import type { Outcome, Runner } from "../execution/runner";
import type { LambdaFunction } from "../state/function";

/**
 * Lambda waits one minute before the first retry and two before the second (developer guide, "Retry
 * behaviors").
 */
const retryDelays = [60_000, 120_000];
const maximumAge = 21_600_000;
const maxThrottleDelay = 300_000;

/** An event of an asynchronous invocation. */
interface QueuedEvent {
  readonly requestId: string;
  readonly payload: Uint8Array;
  readonly queued: number;
  readonly clientContext?: string;
  attempts: number;
}

export interface EventQueue {
  /** Accepts an event and returns at once. */
  accept(fn: LambdaFunction, event: { payload: Uint8Array; requestId: string; clientContext?: string }): void;
}

/**
 * Asynchronous invocation: retries on the account's clock. Destinations and dead letters are not
 * implemented.
 */
export function createEventQueue(host: Host, runner: Runner): EventQueue {
  const { clock } = host;

  const drop = (fn: LambdaFunction) => emitFunctionMetric(host, fn, "AsyncEventsDropped", 1);

  const attemptLater = (fn: LambdaFunction, event: QueuedEvent, delay: number) => {
    const due = clock.now() + delay;
    if (due > event.queued + maximumAge) return drop(fn);
    clock.at(due, `lambda: event ${event.requestId} for ${fn.name} is invoked again`, () => attempt(fn, event));
  };

  const attempt = async (fn: LambdaFunction, event: QueuedEvent): Promise<void> => {
    let outcome: Outcome;
    try {
      outcome = await runner.invoke(fn, event);
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      // A throttle or a role that cannot be assumed does not count as an attempt: AWS continues for
      // up to the event's maximum age.
      event.attempts++;
      return attemptLater(fn, event, Math.min(1000 * 2 ** (event.attempts - 1), maxThrottleDelay));
    }
    event.attempts++;
    if (!outcome.functionError) return;
    const delay = retryDelays[event.attempts - 1];
    if (delay === undefined) return drop(fn);
    return attemptLater(fn, event, delay);
  };

  return {
    accept(fn, event) {
      emitFunctionMetric(host, fn, "AsyncEventsReceived", 1);
      clock.track(attempt(fn, { ...event, queued: clock.now(), attempts: 0 }));
    },
  };
}
