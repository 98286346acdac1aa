import type { Clock, Timer } from "../../../time/clock";

/** Runs one piece of work at a time, and again when it is woken. */
export interface Worker {
  /** Starts the work unless it runs or pauses. A window ends early. */
  wake(): void;
  /** Wakes it later. A window can be ended early by `wake`, a pause cannot. */
  wakeAt(time: number, what: string, kind: "window" | "pause"): void;
  /** Returns whether the work may continue: it was not stopped, and waits for no timer. */
  mayContinue(): boolean;
  /** Starts no more work; resolves when the present one is done. */
  stop(): Promise<void>;
}

/**
 * Creates a worker. Nothing waits for the clock inside a promise: a pause or a window is a timer
 * that wakes the worker. `name` is part of the timers' names.
 */
export function createWorker(clock: Clock, name: string, work: () => Promise<void>): Worker {
  let stopped = false;
  let busy = false;
  let timed: { timer: Timer; kind: "window" | "pause" } | undefined;
  let running: Promise<void> = Promise.resolve();

  const wake = () => {
    if (stopped || busy || timed?.kind === "pause") return;
    timed?.timer.cancel();
    timed = undefined;
    busy = true;
    running = clock.track(
      work().finally(() => {
        busy = false;
      }),
    );
  };

  return {
    wake,
    wakeAt(time, what, kind) {
      const timer = clock.at(time, `${name} ${what}`, () => {
        timed = undefined;
        wake();
      });
      timed = { timer, kind };
    },
    mayContinue: () => !stopped && !timed,
    stop() {
      stopped = true;
      timed?.timer.cancel();
      return running;
    },
  };
}
