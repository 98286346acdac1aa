import fc from "fast-check";

/** FAULTS_RUNS=20 runs 20 times as many cases; FAULTS_SEED chooses others. */
const factor = Number(process.env.FAULTS_RUNS ?? 1);
const seed = Number(process.env.FAULTS_SEED ?? 1);

/** Longer than any number of cases that a person waits for; a property without a bug ends much earlier. */
export const longest = 3 * 3_600_000;

/**
 * Checks a property of the deployed stack on `runs` generated cases, and first on `examples`: cases in which it once failed.
 * A failure prints the seed and the smallest case that was found. The seed is fixed, so that a run can be repeated.
 */
export async function check<T>(
  runs: number,
  arbitrary: fc.Arbitrary<T>,
  property: (value: T) => Promise<void>,
  examples: readonly T[] = [],
): Promise<void> {
  const numRuns = Math.max(1, Math.round(runs * factor)) + examples.length;
  console.log(`${numRuns} cases with FAULTS_SEED=${seed}`);
  await fc.assert(fc.asyncProperty(arbitrary, property), {
    numRuns,
    seed,
    examples: examples.map((example) => [example]),
    interruptAfterTimeLimit: longest / 2,
  });
}
