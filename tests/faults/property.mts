import fc from "fast-check";
import type { CallFault, FaultRule, InvocationEffect } from "../../local/account/host/faults/fault-rule.ts";
import { isSecondRing } from "../support/second-ring.ts";

/** FAULTS_RUNS=20 runs 20 times as many cases. */
export const factor = Number(process.env.FAULTS_RUNS ?? (isSecondRing ? 3 : 1));

/**
 * Longer than any number of cases that a person waits for; a property without a bug ends much
 * earlier.
 */
export const longest = 3 * 3_600_000;

const times = fc.integer({ min: 1, max: 4 });
const failing = fc.oneof(
  fc.record({
    kind: fc.constant("error" as const),
    code: fc.constantFrom("ThrottlingException", "InternalServerException", "ServiceUnavailable", "SlowDown"),
    message: fc.constant("Injected."),
    status: fc.constantFrom(400, 429, 500, 503),
  }),
  fc.constantFrom({ kind: "drop-before" } as const, { kind: "drop-after" } as const),
  fc.constant({ kind: "latency", milliseconds: 40 } as const),
);

/** Faults of a consumer's calls of an operation. */
export const failCalls = (consumer: string, service: CallFault["service"], operation: string) =>
  fc.record({
    service: fc.constant(service),
    operation: fc.constant(operation),
    caller: fc.constant(`recommender-small-${consumer}`),
    effect: failing,
    times,
  });

/** A consumer that ends before or after its work. */
export const crash = (consumer: string): fc.Arbitrary<FaultRule> =>
  fc.record({
    functionName: fc.constant(`recommender-small-${consumer}`),
    effect: fc.constantFrom<InvocationEffect>({ kind: "crash-before" }, { kind: "crash-after" }),
    times,
  });

/**
 * Checks a property of the deployed stack on `runs` generated cases, and first on `examples`: cases
 * in which it once failed. A failure prints the smallest case that was found.
 */
export async function check<T>(
  runs: number,
  arbitrary: fc.Arbitrary<T>,
  property: (value: T) => Promise<void>,
  examples: readonly T[] = [],
): Promise<void> {
  const numRuns = Math.max(1, Math.round(runs * factor)) + examples.length;
  await fc.assert(fc.asyncProperty(arbitrary, property), {
    numRuns,
    examples: examples.map((example) => [example]),
    interruptAfterTimeLimit: longest / 2,
  });
}
