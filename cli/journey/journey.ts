import type { StackReader } from "../stack/stack";
import type { ImportedData } from "./imported-data";
import type { WaitFor } from "./wait-for";

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
