import { createTimers } from "./timers";
import { createTrackedWork } from "./tracked-work";

/**
 * The account's time. Everything that waits for AWS (windows, buffers, retention, schedules, training) waits for this
 * clock; what measures code (Lambda timeouts, HTTP) uses real time. The only file here that reads the machine's clock.
 */
export interface Clock {
  /** Virtual milliseconds since the epoch. */
  now(): number;
  /** The virtual time at which it started: what was due before, an account that goes on from kept state has missed. */
  readonly started: number;
  /** Runs `run` at a virtual time; a time in the past runs soon. `label` names the timer in the console and in errors. */
  at(time: number, label: string, run: () => unknown): Timer;
  /** Resolves when `milliseconds` of virtual time have passed. */
  sleep(milliseconds: number, label: string): Promise<void>;
  /** Background work that `advance` must wait for, e.g. a Lambda that a timer started. Returns `work`. */
  track<T>(work: Promise<T>): Promise<T>;
  /** Virtual milliseconds per real one; at 0 the clock stops until `advance`. */
  readonly speed: number;
  setSpeed(speed: number): void;
  /** Jumps: runs every timer due within `milliseconds` in order, each at its own time, and waits for tracked work after each. */
  advance(milliseconds: number): Promise<void>;
  /**
   * Advances a clock that is behind the machine's until both agree. A clock that is ahead keeps its time, because it
   * never goes back. Returns by how many milliseconds it is ahead.
   */
  catchUp(): Promise<number>;
  /** Calls `listener` after each jump and each change of the speed; returns a function that removes the listener. */
  onChange(listener: () => void): () => void;
  /** Stops all timers. */
  stop(): void;
}

export interface Timer {
  cancel(): void;
}

/** The machine's time in milliseconds: for times that a client takes from its own clock, such as a URL's signing time. */
export const machineTime = () => Date.now();

export interface ClockOptions {
  readonly speed?: number;
  readonly start?: number;
  /** The machine's clock, for `catchUp`. */
  readonly wall?: () => number;
}

/**
 * A clock that runs `speed` times as fast as real time, from `start` (virtual milliseconds, default: now).
 * Speed 1 is real time; speed 0 is the tests' clock, which moves only by `advance`.
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

  return {
    now,
    started: start,
    at: timers.add,
    sleep: (milliseconds, label) =>
      new Promise((resolve) => {
        timers.add(now() + milliseconds, label, () => resolve());
      }),
    track: work.track,
    get speed() {
      return speed;
    },
    setSpeed(next) {
      rebase(now(), next);
      timers.schedule();
    },
    async advance(milliseconds) {
      const end = now() + milliseconds;
      const resumed = speed;
      rebase(now(), 0);
      try {
        await work.idle();
        while (timers.runFirst(end, (time) => rebase(Math.max(now(), time), 0)) !== undefined) await work.idle();
      } finally {
        rebase(end, resumed);
        timers.schedule();
      }
    },
    async catchUp() {
      // Timers take real time to run, and the machine's clock moves on during it.
      for (let behind = wall() - now(); behind >= 1; behind = wall() - now()) await this.advance(behind);
      return Math.max(0, now() - wall());
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: timers.stop,
  };
}
