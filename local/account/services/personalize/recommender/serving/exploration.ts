import { stream } from "../../../../aws/random";
import { selectBest } from "../data/top";

/** Exploration of one request (`itemExplorationConfig`). */
export interface Exploration {
  /** Probability that a young item gets a place, 0–1. */
  readonly weight: number;
  /** The seed of the random draws: the recommendation's id. */
  readonly seed: string;
  /** The indices of the items that may be explored, in ascending order. */
  readonly young: Int32Array;
  /** The boosts by item index, see `computeExposureBoosts`. */
  readonly boosts: Float64Array;
}

/** The items of at most `ageCutOffDays`; NaN, an unknown age, is never young. */
export function findYoungItems(ageDays: Float64Array, ageCutOffDays: number): Int32Array {
  return Int32Array.from(ageDays.keys()).filter((index) => (ageDays[index] ?? Number.NaN) <= ageCutOffDays);
}

/**
 * Computes the factor for the score of an explored item: 1 + m / (1 + e), e its interactions and
 * impressions so far and m their mean over all items.
 */
export function computeExposureBoosts(exposures: Float64Array): Float64Array {
  const mean = exposures.reduce((sum, exposure) => sum + exposure, 0) / Math.max(1, exposures.length);
  return exposures.map((exposure) => 1 + mean / (1 + exposure));
}

interface ExploredItem {
  readonly index: number;
  /** True if exploration chose the item. */
  readonly explored: boolean;
}

/**
 * Fills the list place by place: with probability `weight` by the young item with the best boosted
 * score, else by the best score. The service's own formula is not public; this one does what its
 * guide promises: it explores items of limited age, the less known first.
 */
export function explore(
  scores: Float64Array,
  numResults: number,
  passes: (index: number) => boolean,
  { weight, seed, young, boosts }: Exploration,
): ExploredItem[] {
  const boosted = new Float64Array(young.length);
  for (let k = 0; k < young.length; k++) {
    const index = young[k] ?? 0;
    boosted[k] = (scores[index] ?? 0) * (boosts[index] ?? 0);
  }
  const known = selectBest(scores, numResults, passes);
  const fresh = selectBest(boosted, numResults, (k) => passes(young[k] ?? 0)).map((k) => young[k] ?? 0);
  const random = stream(`explore/${seed}`);
  const placed = new Set<number>();
  const nextKnown = followUnplaced(known, placed);
  const nextFresh = followUnplaced(fresh, placed);
  const list: ExploredItem[] = [];
  while (list.length < numResults) {
    const drawn = random.u() < weight ? nextFresh() : undefined;
    const index = drawn ?? nextKnown();
    if (index === undefined) break;
    placed.add(index);
    list.push({ index, explored: drawn !== undefined });
  }
  return list;
}

/** Returns the first index of the list that has no place yet, at each call. */
function followUnplaced(list: readonly number[], placed: ReadonlySet<number>): () => number | undefined {
  let at = 0;
  return () => {
    while (at < list.length && placed.has(list[at] ?? 0)) at++;
    return list[at];
  };
}
