import { keptAs, restoreKept } from "../content/kept";
import type { Clock, Timer } from "./clock";
import type { TimerKind } from "./timers";

/** The work of a kind of timer on its data. `due` is the time for which the timer was set, which may be past. */
export type Task<D> = (data: D, due: number) => unknown;

/** Sets a timer of one kind. */
export type KeptTimerKind<D> = (time: number, label: string, data: D) => Timer;

/**
 * Timers that are part of the account's state: their code has a name, and what it works on is plain data or values of a
 * store. When the account continues from a kept state, they wait again, and those that became due meanwhile run in order.
 */
export interface KeptTimers {
  /** Registers the code of a kind of timer; names are unique, such as `sns: retry`. */
  kind<D>(name: string, run: Task<D>, kind?: TimerKind): KeptTimerKind<D>;
  /** Those that wait, in the order in which they were set. */
  waiting(): readonly object[];
  /** Sets the timers that an earlier account kept. */
  resume(timers: readonly object[]): void;
  /** Calls `listener` whenever one has begun to run. */
  onRun(listener: () => void): void;
}

interface TimerData {
  readonly name: string;
  readonly time: number;
  readonly label: string;
  readonly data: unknown;
}

/** The handle of a kept timer, which may be in the state of a service. */
class KeptTimer implements Timer {
  #content: TimerData | undefined;
  #waiting: (() => void) | undefined;

  constructor(content?: TimerData) {
    this.#content = content;
  }

  get content(): TimerData | undefined {
    return this.#content;
  }

  /** `end` ends the wait. */
  wait(end: () => void): void {
    this.#waiting = end;
  }

  cancel(): void {
    this.#waiting?.();
    this.#waiting = undefined;
    // The data of a timer that never runs need not be kept.
    this.#content = undefined;
  }

  [keptAs]() {
    return ["timer", this.#content] as const;
  }

  static restore(timer: KeptTimer, content: TimerData | undefined): void {
    timer.#content = content;
  }
}

restoreKept("timer", { make: () => new KeptTimer(), fill: KeptTimer.restore });

/** Creates the kept timers of an account. */
export function createKeptTimers(clock: Pick<Clock, "at">): KeptTimers {
  const listeners: (() => void)[] = [];
  const tasks = new Map<string, { readonly run: Task<never>; readonly kind: TimerKind | undefined }>();
  const waiting = new Set<KeptTimer>();

  const wait = (timer: KeptTimer) => {
    const { content } = timer;
    if (!content) return;
    const { name, time, label, data } = content;
    const task = tasks.get(name);
    if (!task)
      throw new Error(`The kept state has a timer "${label}" of the kind ${name}, which this account does not know.`);
    waiting.add(timer);
    const run = () => {
      waiting.delete(timer);
      timer.cancel();
      for (const listener of listeners) listener();
      return task.run(data as never, time);
    };
    const entry = clock.at(time, label, run, task.kind);
    timer.wait(() => {
      waiting.delete(timer);
      entry.cancel();
    });
  };

  return {
    kind(name, run, kind) {
      if (tasks.has(name)) throw new Error(`There are two kinds of timers named ${name}. Choose another name.`);
      tasks.set(name, { run: run as Task<never>, kind });
      return (time, label, data) => {
        const timer = new KeptTimer({ name, time, label, data });
        wait(timer);
        return timer;
      };
    },
    waiting: () => [...waiting],
    resume(timers) {
      for (const timer of timers) wait(timer as KeptTimer);
    },
    onRun: (listener) => void listeners.push(listener),
  };
}
