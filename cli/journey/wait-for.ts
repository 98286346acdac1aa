/** The events that a step can wait for; each has a limit. */
export type Waiting = "events" | "archive" | "retraining";

/** Calls `look` with pauses until it finds something; fails with `failure` after the limit. */
export type WaitFor = <T>(waiting: Waiting, look: () => Promise<T | undefined>, failure: string) => Promise<T>;

/**
 * Creates a `WaitFor` with limits in seconds. `pause` lets some time pass, and returns the seconds;
 * it gets those since the beginning.
 */
export function createWaitFor(
  limits: Readonly<Record<Waiting, number>>,
  pause: (waiting: Waiting, passed: number) => Promise<number>,
): WaitFor {
  return async (waiting, look, failure) => {
    for (let passed = 0; ; passed += await pause(waiting, passed)) {
      const found = await look();
      if (found !== undefined) return found;
      if (passed > limits[waiting]) throw new Error(`${failure} (waited ${limits[waiting]} s)`);
    }
  };
}
