import { setTimeout } from "node:timers/promises";

/** Pauses for some milliseconds; tests let the account's time pass instead. */
export type Pause = (milliseconds: number) => Promise<unknown>;

/** Waits, or moves the clock of a local account, where an hour takes seconds. */
export const realPause: Pause = async (milliseconds) =>
  (await advanceLocalClock(milliseconds)) || setTimeout(milliseconds);

/**
 * Moves the clock of the local account in `AWS_ENDPOINT_URL`, and waits for what is then due.
 * Returns false on AWS.
 */
export async function advanceLocalClock(advanceMilliseconds: number): Promise<boolean> {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  if (!endpoint) return false;
  const request = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ advanceMilliseconds }),
  };
  return fetch(new URL("/_local/clock", endpoint), request)
    .then(({ ok }) => ok)
    .catch(() => false);
}

/** The part of a command that tests replace. */
export interface CommandOptions {
  readonly pause?: Pause;
}

/** Calls `look` with growing pauses of at most `most` milliseconds until it returns a value. */
export async function poll<T>(look: () => Promise<T | undefined>, most: number, pause: Pause): Promise<T> {
  for (let delay = 500; ; delay = Math.min(delay * 1.5, most)) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(delay);
  }
}
