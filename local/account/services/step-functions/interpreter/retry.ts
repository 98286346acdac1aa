import type { Catcher, Retrier } from "../definition/definition";
import type { StateError } from "./state-error";

/**
 * Returns whether an `ErrorEquals` list matches an error's name (AWS Developer Guide, "Handling
 * errors").
 */
export function matches(errorEquals: readonly string[], { error, isTerminal }: StateError): boolean {
  if (error === "States.Runtime") return false;
  return errorEquals.some((name) => {
    if (name === "States.ALL") return !isTerminal;
    if (name === "States.TaskFailed") return error !== "States.Timeout" && !isTerminal;
    return name === error;
  });
}

/**
 * Seconds to wait before the next attempt, or undefined when the retriers have given up. `attempts`
 * counts, per retrier, the retries that it has already granted; the one that grants is counted up.
 */
export function nextDelay(
  retriers: readonly Retrier[],
  error: StateError,
  attempts: Map<Retrier, number>,
  random: () => number,
): number | undefined {
  const retrier = retriers.find(({ ErrorEquals }) => matches(ErrorEquals, error));
  if (!retrier) return undefined;
  const { IntervalSeconds = 1, MaxAttempts = 3, BackoffRate = 2, MaxDelaySeconds, JitterStrategy } = retrier;
  const granted = attempts.get(retrier) ?? 0;
  if (granted >= MaxAttempts) return undefined;
  attempts.set(retrier, granted + 1);
  const delay = Math.min(IntervalSeconds * BackoffRate ** granted, MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  return JitterStrategy === "FULL" ? random() * delay : delay;
}

/** The first catcher that takes the error. */
export function catcherOf(catchers: readonly Catcher[], error: StateError): Catcher | undefined {
  return catchers.find(({ ErrorEquals }) => matches(ErrorEquals, error));
}
