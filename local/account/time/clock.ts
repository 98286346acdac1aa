import { setImmediate } from "node:timers/promises";
import { createSkipping } from "./skipping";
import { createTimers, type TimerKind } from "./timers";
import { createTrackedWork } from "./tracked-work";

/**
 * The account's time. Everything that waits for AWS (windows, buffers, retention, schedules,
 * training) waits for this clock; what measures code (Lambda timeouts, HTTP) uses real time. The
 * only file here that reads the machine's clock.
 */
export interface Clock {
  /** Virtual milliseconds since the epoch. */
  now(): number;
  /**
   * Runs `run` at a virtual time; a time in the past runs soon. `label` names the timer in errors.
   */
  at(time: number, label: string, run: () => unknown, kind?: TimerKind): Timer;
  /** Resolves when `milliseconds` of virtual time have passed. */
  sleep(milliseconds: number, label: string): Promise<void>;
  /**
   * Background work that `advance` must wait for, e.g. a Lambda that a timer started. Returns
   * `work`.
   */
  track<T>(work: Promise<T>): Promise<T>;
  /**
   * Virtual milliseconds per real one, also during a jump; at 0 the clock stops until `advance`.
   */
  readonly speed: number;
  setSpeed(speed: number): void;
  /**
   * Jumps: runs every timer due within `milliseconds` in order, each at its own time, and waits for
   * tracked work after each. Jumps run one after the other.
   */
  advance(milliseconds: number): Promise<void>;
  /**
   * Jumps to each transition as soon as it is set, so that no client waits until a resource is
   * ready, and time passes only as the work of the account requires, however slow the machine is.
   * Other timers run on the way. No jump goes beyond `limit`. Returns a function that ends this.
   */
  skipTransitions(limit: () => number): () => void;
  /** Resolves when the transitions that can be skipped are, soon in any case. */
  skipped(): Promise<void>;
  /**
   * Advances a clock that is behind the machine's until both agree. A clock that is ahead keeps its
   * time, because it never goes back. Returns by how many milliseconds it is ahead.
   */
  catchUp(): Promise<number>;
  /**
   * Calls `listener` after each jump and each change of the speed; returns a function that removes
   * the listener.
   */
  onChange(listener: () => void): () => void;
  /** Stops all timers. */
  stop(): void;
}

export interface Timer {
  cancel(): void;
}

/**
 * The machine's time in milliseconds: for times that a client takes from its own clock, such as a
 * URL's signing time.
 */
export const machineTime = () => Date.now();

export interface ClockOptions {
  readonly speed?: number;
  readonly start?: number;
  /** The machine's clock, for `catchUp`. */
  readonly wall?: () => number;
}

/**
 * A clock that runs `speed` times as fast as real time, from `start` (virtual milliseconds,
 * default: now). Speed 1 is real time; speed 0 is the tests' clock, which moves only by `advance`.
 */
export function createClock({ speed = 1, start = Date.now(), wall = machineTime }: ClockOptions = {}): Clock {
  let origin = { virtual: start, real: performance.now() };
  const listeners = new Set<() => void>();
  const work = createTrackedWork();

  const now = () => origin.virtual + (performance.now() - origin.real) * speed;
  const rebase = (virtual: number, next = speed) => {
    origin = { virtual, real: performance.now() };
    speed = next;
    for (const listener of listeners) listener();
  };
  const timers = createTimers({ now, speed: () => speed, track: work.track });

  /** While a jump runs: the speed after it. */
  let resumed: number | undefined;
  let lastJump: Promise<unknown> = Promise.resolve();
  /**
   * Runs what is due until an end, which may move meanwhile; it is created when the jump begins.
   * `settle` waits for work before the first timer and after each. Two jumps at a time would each
   * restore the speed that the other has set.
   */
  const jump = (createEnd: () => () => number, settle: () => Promise<unknown>): Promise<void> => {
    const jumped = lastJump.then(async () => {
      const end = createEnd();
      resumed = speed;
      rebase(now(), 0);
      try {
        await settle();
        while (timers.runFirst(end(), (time) => rebase(Math.max(now(), time), 0)) !== undefined) await settle();
      } finally {
        rebase(Math.max(now(), end()), resumed);
        resumed = undefined;
        timers.schedule();
      }
    });
    lastJump = jumped.catch(() => undefined);
    return jumped;
  };
  // Without waiting for work: a campaign need not wait until another model is trained.
  const jumpTo = (time: number) => jump(() => () => time, setImmediate);
  const skipping = createSkipping({ now, next: timers.nextTransition, jumpTo });

  return {
    now,
    at(time, label, run, kind) {
      const timer = timers.add(time, label, run, kind);
      if (kind === "transition") skipping.noticed();
      return timer;
    },
    sleep: (milliseconds, label) =>
      new Promise((resolve) => {
        timers.add(now() + milliseconds, label, () => resolve());
      }),
    track: work.track,
    get speed() {
      return resumed ?? speed;
    },
    setSpeed(next) {
      if (resumed !== undefined) resumed = next;
      else rebase(now(), next);
      timers.schedule();
    },
    advance: (milliseconds) =>
      jump(() => {
        const end = now() + milliseconds;
        return () => end;
      }, work.idle),
    skipTransitions: skipping.start,
    skipped: skipping.settled,
    async catchUp() {
      // Timers take real time to run, and the machine's clock moves on during it.
      await jump(() => wall, work.idle);
      return Math.max(0, now() - wall());
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: timers.stop,
  };
}
