import { DueQueue } from "./due-queue";

/**
 * The account's time. Everything that waits for AWS (windows, buffers, retention, schedules, training) waits on this
 * clock; what measures code (Lambda timeouts, HTTP) uses real time. The only file here that reads the machine's clock.
 */
export interface Clock {
  /** Virtual milliseconds since the epoch. */
  now(): number;
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

interface Due {
  readonly time: number;
  readonly order: number;
  readonly label: string;
  readonly run: () => unknown;
}

/** The machine's time in milliseconds: for times that a client takes from its own clock, such as a URL's signing time. */
export const machineTime = () => Date.now();

/** Milliseconds for which timers run before anything else does. */
const longestTurn = 20;

/** Node clamps longer timeouts to 1 ms. */
const longestTimeout = 2 ** 31 - 1;

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
  let order = 0;
  let stopped = false;
  let wake: NodeJS.Timeout | undefined;
  const timers = new DueQueue<Due>();
  const busy = new Set<Promise<unknown>>();
  const listeners = new Set<() => void>();

  const now = () => origin.virtual + (performance.now() - origin.real) * speed;
  const rebase = (virtual: number, next = speed) => {
    origin = { virtual, real: performance.now() };
    speed = next;
    for (const listener of listeners) listener();
  };

  const first = (until: number): Due | undefined => {
    const due = timers.first();
    return due && due.time <= until ? due : undefined;
  };

  const fire = (due: Due) => {
    timers.remove(due);
    const result = due.run();
    if (result instanceof Promise) track(result);
  };

  const schedule = () => {
    clearTimeout(wake);
    if (stopped || speed === 0 || timers.size === 0) return;
    const next = first(Number.POSITIVE_INFINITY);
    if (!next) return;
    const delay = Math.min(longestTimeout, Math.max(0, (next.time - now()) / speed));
    wake = setTimeout(() => {
      const started = performance.now();
      for (let due = first(now()); due && !stopped; due = first(now())) {
        fire(due);
        // Thousands can be due at once, such as all alarms of an account: requests are handled in between.
        if (performance.now() - started > longestTurn) break;
      }
      schedule();
    }, delay);
  };

  const track = <T>(work: Promise<T>): Promise<T> => {
    const settled = work.then(
      () => undefined,
      () => undefined,
    );
    busy.add(settled);
    settled.then(() => busy.delete(settled));
    return work;
  };

  /** Tracked work may start other tracked work: wait until none is left after a turn of the event loop. */
  const idle = async () => {
    do {
      await Promise.all(busy);
      await new Promise(setImmediate);
    } while (busy.size > 0);
  };

  return {
    now,
    at(time, label, run) {
      if (Number.isNaN(time))
        throw new Error(`The timer "${label}" is set to NaN. Give a time in milliseconds since the epoch.`);
      const due: Due = { time, order: order++, label, run };
      timers.add(due);
      schedule();
      return {
        cancel() {
          timers.remove(due);
          schedule();
        },
      };
    },
    sleep(milliseconds, label) {
      return new Promise((resolve) => {
        this.at(now() + milliseconds, label, resolve);
      });
    },
    track,
    get speed() {
      return speed;
    },
    setSpeed(next) {
      rebase(now(), next);
      schedule();
    },
    async advance(milliseconds) {
      const end = now() + milliseconds;
      const resumed = speed;
      rebase(now(), 0);
      try {
        await idle();
        for (let due = first(end); due; due = first(end)) {
          rebase(Math.max(now(), due.time), 0);
          fire(due);
          await idle();
        }
      } finally {
        rebase(end, resumed);
        schedule();
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
    stop() {
      stopped = true;
      clearTimeout(wake);
      timers.clear();
    },
  };
}
