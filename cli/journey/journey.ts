import type { Placement } from "../../contract";
import type { Aws } from "../stack/aws";

/**
 * The part of a journey that works on any account: clients of the SDK, the stack's names, and facts
 * about its data.
 */
export interface Journey {
  readonly aws: Aws;
  readonly outputs: Outputs;
  readonly data: ImportedData;
  /** The session whose events and recommendations the steps show. */
  readonly session: string;
  /** The account's time when the first step began. */
  readonly startedAt: Date;
  readonly waitFor: WaitFor;
  print(line: string): void;
}

export interface ImportedData {
  /** The columns of an item in the Items dataset; none for an unknown item. */
  columnsOf(itemId: string): Columns;
  findKnownVisitor(): Promise<string>;
  /**
   * The columns of an imported interaction that are not the service's; none when the schema has no
   * others.
   */
  findContext(): Promise<Columns>;
}

export type Columns = Readonly<Record<string, string>>;

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

export interface Outputs {
  readonly recommendFunctionName: string;
  readonly rerankFunctionName: string;
  readonly eventStreamName: string;
  readonly archiveBucketName: string;
  readonly quarantineBucketName: string;
  readonly campaignArns: Readonly<Record<string, string>>;
  readonly datasetGroupArn: string;
  readonly retrainingStateMachineArn: string;
  /** The start of the stack's SSM parameters. */
  readonly parameterPrefix: string;
  readonly placements?: Readonly<Record<string, Placement>>;
}

export function failUnless(condition: boolean, failure: string): asserts condition {
  if (!condition) throw new Error(failure);
}

export interface WaitSettings {
  /** Limits in seconds of `now`. */
  readonly seconds: Readonly<Record<Waiting, number>>;
  /** Milliseconds: of the machine, or of an account's clock. */
  now(): number;
  /** Lets some time pass. Gets the seconds since the beginning. */
  pause(waiting: Waiting, seconds: number): Promise<unknown>;
}

export function createWaitFor({ seconds, now, pause }: WaitSettings): WaitFor {
  return async (waiting, look, failure) => {
    const started = now();
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      const passed = (now() - started) / 1000;
      if (passed > seconds[waiting]) throw new Error(`${failure} (waited ${seconds[waiting]} s)`);
      await pause(waiting, passed);
    }
  };
}
