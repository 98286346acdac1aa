import { Fault } from "../../../aws/fault";
import type { Caller, Host } from "../../../host/service";
import { emitFunctionMetric } from "../execution/function-metric";
import type { Outcome, Runner } from "../execution/runner";
import type { FunctionVersion, Target } from "../state/function";
import { createDestinations, type QueuedEvent, settingsOf } from "./destinations";

/** Lambda waits one minute before the first retry and two before the second (developer guide, "Retry behaviors"). */
const retryDelays = [60_000, 120_000];
const defaultMaximumAgeSeconds = 21_600;
const maxThrottleDelay = 300_000;

/** An event that is neither delivered nor given up. */
interface Accepted {
  readonly target: Target;
  readonly event: QueuedEvent;
  /** The time at which it is invoked (again). */
  readonly due: number;
}

const everywhere = { account: "", region: "" };

export interface EventQueue {
  /** Accepts an event and returns at once. */
  accept(target: Target, event: { payload: Uint8Array; requestId: string; clientContext?: string }): void;
}

/** Asynchronous invocation: retries on the account's clock, then the dead letter topic and the failure destination. */
export function createEventQueue(
  host: Host,
  runner: Runner,
  callerFor: (version: FunctionVersion) => Caller,
): EventQueue {
  const { clock } = host;
  const destinations = createDestinations(host, callerFor);
  const accepted = host.store("lambda/events", () => new Set<Accepted>(), "partition").of(everywhere);

  const attemptLater = (target: Target, event: QueuedEvent, delay: number) => {
    const { MaximumEventAgeInSeconds: age = defaultMaximumAgeSeconds } = settingsOf(target) ?? {};
    const due = clock.now() + delay;
    if (due > event.queued + age * 1000) return destinations.giveUp(target, event, "EventAgeExceeded");
    const next: Accepted = { target, event, due };
    accepted.add(next);
    wait(next);
    return undefined;
  };

  const wait = (entry: Accepted) => {
    const { target, event, due } = entry;
    clock.at(due, `lambda: event ${event.requestId} for ${target.fn.name} is invoked again`, () => run(entry));
  };

  const run = async (entry: Accepted): Promise<void> => {
    try {
      await attempt(entry.target, entry.event);
    } finally {
      accepted.delete(entry);
    }
  };

  const attempt = async (target: Target, event: QueuedEvent): Promise<void> => {
    let outcome: Outcome;
    try {
      outcome = await runner.invoke(target, event);
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      // A throttle or a role that cannot be assumed does not count as an attempt: AWS continues for up to the event's
      // maximum age.
      event.attempts++;
      return attemptLater(target, event, Math.min(1000 * 2 ** (event.attempts - 1), maxThrottleDelay));
    }
    event.attempts++;
    if (!outcome.functionError) return destinations.deliver(target, event, "Success", outcome);
    const retries = settingsOf(target)?.MaximumRetryAttempts ?? retryDelays.length;
    const delay = retryDelays[event.attempts - 1];
    if (event.attempts > retries || delay === undefined)
      return destinations.giveUp(target, event, "RetriesExhausted", outcome);
    return attemptLater(target, event, delay);
  };

  // Also those that were being invoked when the account was stopped: events are delivered at least once.
  host.onResume(() => {
    for (const entry of accepted) wait(entry);
  });

  return {
    accept(target, event) {
      emitFunctionMetric(host, target, "AsyncEventsReceived", 1);
      const now = clock.now();
      const entry = { target, event: { ...event, queued: now, attempts: 0 }, due: now };
      accepted.add(entry);
      clock.track(run(entry));
    },
  };
}
