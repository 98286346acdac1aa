import { setTimeout } from "node:timers/promises";

/** Pauses for some milliseconds; tests let the account's time pass instead. */
export type Pause = (milliseconds: number) => Promise<unknown>;

export const realPause: Pause = (milliseconds) => setTimeout(milliseconds);

/** Parts of a command that tests replace. */
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
