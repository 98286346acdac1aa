export interface Time {
  /** Milliseconds that never go back. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export const machineTime: Time = {
  now: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

export type Pace = ReturnType<typeof createPace>;

/**
 * Creates a pace of requests that never come in bursts: each starts a full interval after the one
 * before it.
 */
export function createPace(requestsPerSecond: number, { now, sleep }: Time) {
  const interval = 1_000 / requestsPerSecond;
  let next = Number.NEGATIVE_INFINITY;
  /**
   * Waits until the pause after the last request has passed. An invocation ends with it, so that
   * the next one keeps the pace also when it runs in another execution environment.
   */
  const rest = async (): Promise<void> => {
    const pause = next - now();
    if (pause > 0) await sleep(pause);
  };
  /** Waits until the next request may be sent. */
  const turn = async (): Promise<void> => {
    await rest();
    next = now() + interval;
  };
  return { rest, turn };
}
