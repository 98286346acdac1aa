/** Length of the lists that are judged. */
export const listLength = 25;

/** A judged list: recommended items, best first, and the items that really followed. */
export interface Judged {
  readonly list: readonly number[];
  readonly truth: ReadonlySet<number>;
  /** The reward of each item of the truth; absent: all alike. */
  readonly rewards?: ReadonlyMap<number, number>;
}

const discount = (rank: number): number => 1 / Math.log2(1 + rank);

/**
 * Normalised discounted cumulative gain of the first k; 0 without a hit. The ideal is the list with
 * its hits moved to the front: the service's guide does not say so, but its tutorial's wording, its
 * samples' code and published pairs of NDCG and precision agree on it.
 */
export const computeNdcg = (judged: Judged, k: number): number => computeGain(judged, k, () => 1);

/**
 * NDCG in which a hit counts as much as its event type is worth, over the same ideal: above 1 where
 * the hits are of types with higher rewards. The guide gives the rewards ("Measuring performance
 * with event weight configuration") and does not define the ideal; one of rewarded hits would
 * cancel the reward of a single hit.
 */
export const computeRewardedNdcg = (judged: Judged, k: number): number =>
  computeGain(judged, k, (item) => judged.rewards?.get(item) ?? 1);

function computeGain({ list, truth }: Judged, k: number, reward: (item: number) => number): number {
  let hits = 0;
  let gain = 0;
  let ideal = 0;
  list.slice(0, k).forEach((item, index) => {
    if (!truth.has(item)) return;
    gain += reward(item) * discount(index + 1);
    ideal += discount(++hits);
  });
  return hits === 0 ? 0 : gain / ideal;
}

/** Hits among the first k, divided by k even when the list is shorter. */
export function computePrecision({ list, truth }: Judged, k: number): number {
  return list.slice(0, k).filter((item) => truth.has(item)).length / k;
}

/** 1 / rank of the first hit within the list's 25, else 0. */
export function computeReciprocalRank({ list, truth }: Judged): number {
  const first = list.slice(0, listLength).findIndex((item) => truth.has(item));
  return first < 0 ? 0 : 1 / (first + 1);
}

/** Share of the catalogue that is in at least one list. */
export function computeCoverage(judged: readonly Judged[], catalogueSize: number): number {
  const shown = new Set(judged.flatMap(({ list }) => list.slice(0, listLength)));
  return catalogueSize === 0 ? 0 : shown.size / catalogueSize;
}

/**
 * The eight metrics of GetSolutionMetrics, under the service's keys, and three more where event
 * types have rewards; all 0 without a query.
 */
export function computeSolutionMetrics(judged: readonly Judged[], catalogueSize: number): Record<string, number> {
  const mean = (of: (one: Judged) => number) =>
    judged.length === 0 ? 0 : judged.reduce((sum, one) => sum + of(one), 0) / judged.length;
  return {
    coverage: computeCoverage(judged, catalogueSize),
    mean_reciprocal_rank_at_25: mean(computeReciprocalRank),
    normalized_discounted_cumulative_gain_at_5: mean((one) => computeNdcg(one, 5)),
    normalized_discounted_cumulative_gain_at_10: mean((one) => computeNdcg(one, 10)),
    normalized_discounted_cumulative_gain_at_25: mean((one) => computeNdcg(one, 25)),
    precision_at_5: mean((one) => computePrecision(one, 5)),
    precision_at_10: mean((one) => computePrecision(one, 10)),
    precision_at_25: mean((one) => computePrecision(one, 25)),
    ...(judged.some(({ rewards }) => rewards) && {
      normalized_discounted_cumulative_gain_with_event_weights_at_5: mean((one) => computeRewardedNdcg(one, 5)),
      normalized_discounted_cumulative_gain_with_event_weights_at_10: mean((one) => computeRewardedNdcg(one, 10)),
      normalized_discounted_cumulative_gain_with_event_weights_at_25: mean((one) => computeRewardedNdcg(one, 25)),
    }),
  };
}
