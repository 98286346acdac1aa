/**
 * True in the second ring of the tests (`npm run test:later`), which repeats some files with all
 * their cases.
 */
export const isSecondRing = process.env.SECOND_RING === "true";

/** Takes each `step`th case; all of them in the second ring. */
export const takeSome = <T>(cases: readonly T[], step: number): T[] =>
  cases.filter((_, index) => isSecondRing || index % step === 0);
