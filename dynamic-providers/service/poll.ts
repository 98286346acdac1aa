/** Time and chance, as parameters. */
export interface Timer {
  now(): number;
  sleep(ms: number): Promise<void>;
  /** 0 (inclusive) to 1 (exclusive). */
  random(): number;
}

/**
 * Calls `look` until it returns something, and returns that; `undefined` when the deadline came
 * first. The pause grows from 0.25 s by half each time up to 30 s: short where the service is
 * quick, long where Describe calls are throttled. Up to a quarter of it is subtracted at random, so
 * that many resources do not ask at the same time.
 */
export async function pollUntil<T>(
  timer: Timer & { readonly deadline: number },
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (let pause = 250; ; pause = Math.min(pause * 1.5, 30_000)) {
    const seen = await look();
    if (seen !== undefined) return seen;
    const left = timer.deadline - timer.now();
    if (left <= 0) return undefined;
    await timer.sleep(Math.min(left, pause * (1 - timer.random() / 4)));
  }
}
