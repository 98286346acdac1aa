/** The prior's weight, in visitors: that of the authors' package `ssrm-test`. It is best at losses of a few percent. */
const concentration = 10_000;

/**
 * Returns the logarithm of the evidence against a split: how much better the counts fit shares from a Dirichlet distribution
 * around the given ones (Lindon and Malek, "Anytime-valid inference for multinomial count data", 2022).
 */
export function logSplitEvidence(
  counts: readonly number[],
  shares: readonly number[],
  prior: readonly number[] = shares.map((share) => share * concentration),
): number {
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  const parts = counts.map((count, index) => {
    const weight = prior[index] ?? 0;
    return logGamma(weight + count) - logGamma(weight) - count * Math.log(shares[index] ?? 0);
  });
  return total(parts) + logGamma(total(prior)) - logGamma(total(prior) + total(counts));
}

/** Computes the logarithm of the gamma function by Stirling's series (Abramowitz and Stegun, 6.1.41). */
function logGamma(x: number): number {
  if (x < 10) return logGamma(x + 1) - Math.log(x);
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5) - 1 / (1680 * x ** 7);
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series;
}
