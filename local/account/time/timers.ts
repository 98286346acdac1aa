interface Due {
  readonly time: number;
  readonly kind: TimerKind | undefined;
  readonly run: () => unknown;
}

/**
 * `transition`: a resource changes its status then, e.g. from CREATING to ACTIVE, and clients poll
 * until it does.
 */
export type TimerKind = "transition";

/** The timers of a clock, in order of their times. */
export interface Timers {
  add(time: number, label: string, run: () => unknown, kind?: TimerKind): { cancel(): void };
  /** Returns the time of the next transition; undefined if there is none. */
  nextTransition(): number | undefined;
  /**
   * Runs the first timer that is due at `until`, and returns its time; undefined if there is none.
   */
  runFirst(until: number, beforeRun?: (time: number) => void): number | undefined;
  /** Sets the machine's timeout for the next timer; called after each change of the clock. */
  schedule(): void;
  stop(): void;
}

/** The part of a clock that timers need. */
interface Time {
  now(): number;
  speed(): number;
  track(work: Promise<unknown>): void;
}

/** Milliseconds for which timers run before anything else does. */
const longestTurn = 20;

/** Node clamps longer timeouts to 1 ms. */
const longestTimeout = 2 ** 31 - 1;

/** Creates the timers of a clock. */
export function createTimers({ now, speed, track }: Time): Timers {
  /** The next one first; of several at the same time, the one that was set first. */
  const waiting: Due[] = [];
  let stopped = false;
  let wake: NodeJS.Timeout | undefined;

  const remove = (due: Due) => {
    const index = waiting.indexOf(due);
    if (index !== -1) waiting.splice(index, 1);
  };

  const runFirst: Timers["runFirst"] = (until, beforeRun) => {
    const [due] = waiting;
    if (!due || due.time > until) return undefined;
    beforeRun?.(due.time);
    remove(due);
    const result = due.run();
    if (result instanceof Promise) track(result);
    return due.time;
  };

  const runDue = () => {
    const started = performance.now();
    while (!stopped && runFirst(now()) !== undefined) {
      // Thousands can be due at once, such as all alarms of an account: requests are handled in
      // between.
      if (performance.now() - started > longestTurn) break;
    }
    schedule();
  };

  const schedule = () => {
    clearTimeout(wake);
    const [next] = waiting;
    if (stopped || speed() === 0 || !next) return;
    const delay = Math.min(longestTimeout, Math.max(0, (next.time - now()) / speed()));
    wake = setTimeout(runDue, delay);
  };

  return {
    add(time, label, run, kind) {
      if (Number.isNaN(time)) {
        throw new Error(`The timer "${label}" is set to NaN. Give a time in milliseconds since the epoch.`);
      }
      const due: Due = { time, run, kind };
      waiting.splice(waiting.findLastIndex((other) => other.time <= time) + 1, 0, due);
      schedule();
      return {
        cancel() {
          remove(due);
          schedule();
        },
      };
    },
    nextTransition: () => waiting.find(({ kind }) => kind === "transition")?.time,
    runFirst,
    schedule,
    stop() {
      stopped = true;
      clearTimeout(wake);
      waiting.length = 0;
    },
  };
}
