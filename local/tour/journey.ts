import type { Account } from "../account/account";
import type { Deployment } from "../pulumi/deploy";
import type { Aws } from "../pulumi/provider/aws";

/** What every step of the tour uses: the account, and the results of the deployment. */
export interface Journey {
  readonly account: Account;
  /** Calls the account as its owner, through the SDK and the port. */
  readonly aws: Aws;
  readonly deployment: Deployment;
  readonly outputs: Outputs;
  /** The session whose events and recommendations the steps show. */
  readonly session: string;
  print(line: string): void;
}

/** One step of the tour. `run` throws when the step fails. */
export interface Step {
  readonly title: string;
  run(journey: Journey): Promise<void>;
}

/** The stack outputs that the tour uses. */
export interface Outputs {
  readonly recommendFunctionName: string;
  readonly rerankFunctionName: string;
  readonly eventStreamName: string;
  readonly archiveBucketName: string;
  readonly quarantineBucketName: string;
  readonly campaignArns: Readonly<Record<string, string>>;
  readonly datasetGroupArn: string;
  readonly retrainingStateMachineArn: string;
  readonly [name: string]: unknown;
}

/** Fails the step with the message `failure` unless `condition` is true. */
export function failUnless(condition: boolean, failure: string): asserts condition {
  if (!condition) throw new Error(failure);
}

/** Calls `look`, with short real pauses, until it finds something; fails with `failure` after `seconds` (default 30). */
export async function waitFor<T>(look: () => Promise<T | undefined>, failure: string, seconds = 30): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`${failure} (waited ${seconds} s)`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
