// A confidence sequence for the ratio of two rates: intervals that all together, however many are
// looked at, contain the true ratio with the probability 1 - level. They end where a mixture of
// likelihood ratios is 1 / level (Robbins, "Statistical methods related to the law of the iterated
// logarithm", 1970; Johari et al., "Always valid inference", 2022; with estimated variances
// Waudby-Smith et al., "Time-uniform central limit theory and asymptotic confidence sequences",
// 2024).

export interface Method {
  readonly level: number;
  /** The mixture is normal around this effect and its opposite. In the articles it is 0. */
  readonly effect: number;
  readonly deviation: number;
}

/**
 * Returns the logarithm of the mixture of an estimate's likelihoods, divided by its likelihood
 * without an effect.
 */
export function logEvidence(estimate: number, variance: number, { effect, deviation }: Omit<Method, "level">): number {
  const wide = variance + deviation ** 2;
  const x = Math.abs((estimate * effect) / wide);
  const logCosh = x + Math.log1p(Math.exp(-2 * x)) - Math.LN2;
  return (Math.log(variance / wide) + estimate ** 2 / variance - (estimate ** 2 + effect ** 2) / wide) / 2 + logCosh;
}

/** Returns true for a distance from the estimate that is outside of the interval. */
export const isOutside = (distance: number, variance: number, method: Method): boolean =>
  logEvidence(distance, variance, method) >= -Math.log(method.level);

/** Finds the least number, from `start` on, from which on a condition is true. */
export function findLeast(start: number, isTrue: (value: number) => boolean): number {
  let high = start;
  while (!isTrue(high)) high *= 2;
  let low = Math.max(start, high / 2);
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2;
    if (isTrue(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * With as many, the standard error of a number of goals is a fifth of it, and its logarithm is
 * nearly normal.
 */
export const fewestGoals = 25;
