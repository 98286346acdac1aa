export interface Time {
  /** Milliseconds that never go back. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export const machineTime: Time = {
  now: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

export interface Pace {
  /** Waits until the next request may be sent. */
  turn(): Promise<void>;
  /**
   * Waits until the pause after the last request has passed. An invocation ends with it, so that the next one keeps the pace
   * also when it runs in another execution environment.
   */
  rest(): Promise<void>;
}

/** Creates a pace of requests that never come in bursts: each starts a full interval after the one before it. */
export function createPace(requestsPerSecond: number, { now, sleep }: Time): Pace {
  const interval = 1_000 / requestsPerSecond;
  let next = Number.NEGATIVE_INFINITY;
  const rest = async () => {
    const pause = next - now();
    if (pause > 0) await sleep(pause);
  };
  return {
    rest,
    async turn() {
      await rest();
      next = now() + interval;
    },
  };
}
