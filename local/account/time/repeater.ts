import type { Clock } from "./clock";

/** Runs work one at a time. */
interface Repeater {
  /** Starts the work if it may run. If it is running, it runs once more afterwards. */
  wake(): void;
  /** The present or the last run. */
  readonly running: Promise<void>;
}

/** Creates a repeater. The clock waits for the work (`Clock.track`). */
export function createRepeater(clock: Clock, mayRun: () => boolean, work: () => Promise<void>): Repeater {
  let busy = false;
  let again = false;
  let running: Promise<void> = Promise.resolve();

  const wake = () => {
    if (!mayRun()) return;
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    running = clock.track(
      work().finally(() => {
        busy = false;
        if (!again) return;
        again = false;
        wake();
      }),
    );
  };

  return {
    wake,
    get running() {
      return running;
    },
  };
}
