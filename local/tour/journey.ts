import type { Account } from "../account/account";
import type { Deployment } from "../pulumi/deploy";
import type { Aws } from "../pulumi/provider/aws";

/** What every step of the tour works with: the account as a user sees it, and what the deployment left. */
export interface Journey {
  readonly account: Account;
  /** Calls the account as its owner, through the SDK and the port. */
  readonly aws: Aws;
  readonly deployment: Deployment;
  readonly outputs: Outputs;
  /** What later steps need of earlier ones. */
  readonly session: string;
  say(line: string): void;
}

/** One step: what it shows, and the work. A step that does not hold throws. */
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

/** Throws the step's failure when `condition` does not hold. */
export function holds(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}

/** Looks again, with short real pauses, until `look` finds something; fails with `otherwise` after `seconds` (default 30). */
export async function eventually<T>(look: () => Promise<T | undefined>, otherwise: string, seconds = 30): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`${otherwise} (waited ${seconds} s)`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
