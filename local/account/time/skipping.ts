import { setImmediate } from "node:timers/promises";

/** A jump over a resource's step takes some six turns; one that waits for work, any number. */
const mostTurns = 100;

interface Time {
  now(): number;
  /** Returns the time of the next transition. */
  next(): number | undefined;
  jumpTo(time: number): Promise<void>;
}

/** Jumps to transitions between `start` and the call of the function that it returns. */
interface Skipping {
  start(limit: () => number): () => void;
  /** There is another transition. */
  noticed(): void;
  /** Resolves when no jump is left, or after some turns of the event loop. */
  settled(): Promise<void>;
}

/** Creates what `Clock.skipTransitions` does. */
export function createSkipping({ now, next, jumpTo }: Time): Skipping {
  let limit: (() => number) | undefined;
  let jumping = false;

  /**
   * Finds the time to jump to; undefined if there is no transition, or the limit is reached: then
   * the clock's own speed counts.
   */
  const target = () => {
    const due = next();
    if (limit === undefined || due === undefined) return undefined;
    const end = Math.min(due, limit());
    return end > now() ? end : undefined;
  };
  const jump = async () => {
    if (jumping) return;
    jumping = true;
    try {
      for (let end = target(); end !== undefined; end = target()) await jumpTo(end);
    } finally {
      jumping = false;
    }
  };

  return {
    start(until) {
      limit = until;
      void jump();
      return () => {
        if (limit === until) limit = undefined;
      };
    },
    noticed: () => void jump(),
    async settled() {
      for (let turn = 0; jumping && turn < mostTurns; turn++) await setImmediate();
    },
  };
}
