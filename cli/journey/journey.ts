import type { StackReader } from "../stack/stack";
import type { ImportedData } from "./imported-data";

/**
 * A stack, as it was when the first step began, and facts about its data. Works on any account.
 */
export interface Journey {
  readonly stack: StackReader;
  readonly data: ImportedData;
  /** The session whose events and recommendations the steps show. */
  readonly session: string;
  readonly waitFor: WaitFor;
  print(line: string): void;
}

/** The events that a step can wait for; each has a limit. */
export type Waiting = "events" | "archive" | "retraining";

/** Calls `look` with pauses until it finds something; fails with `failure` after the limit. */
export type WaitFor = <T>(waiting: Waiting, look: () => Promise<T | undefined>, failure: string) => Promise<T>;

/** One step. `run` throws when the step fails. */
export interface Step<J extends Journey = Journey> {
  readonly title: string;
  /** An earlier step without which this one cannot pass. */
  readonly needs?: Step<J>;
  run(journey: J): Promise<void>;
}

export function failUnless(condition: boolean, failure: string): asserts condition {
  if (!condition) throw new Error(failure);
}

/**
 * Creates a `WaitFor` with limits in seconds. `pause` lets some time pass, and returns the seconds;
 * it gets those since the beginning.
 */
export function createWaitFor(
  limits: Readonly<Record<Waiting, number>>,
  pause: (waiting: Waiting, passed: number) => Promise<number>,
): WaitFor {
  return async (waiting, look, failure) => {
    for (let passed = 0; ; passed += await pause(waiting, passed)) {
      const found = await look();
      if (found !== undefined) return found;
      if (passed > limits[waiting]) throw new Error(`${failure} (waited ${limits[waiting]} s)`);
    }
  };
}
