import { stream } from "./random";
import { bestIndices } from "./top";

/** Exploration of one request (`itemExplorationConfig`). */
export interface Exploration {
  /** Probability that a place goes to a young item, 0–1. */
  readonly weight: number;
  /** Items older than this are not explored. */
  readonly ageCutOffDays: number;
  /** Of the random draws: the recommendation's id. */
  readonly seed: string;
  /** Days; undefined: never explored. */
  readonly age: (itemId: string) => number | undefined;
  /** Interactions and impressions of the item so far. */
  readonly exposure: (itemId: string) => number;
}

export interface ExploredPlace {
  readonly index: number;
  /** Whether the place went to exploration. */
  readonly explored: boolean;
}

/**
 * Fills the list place by place: with probability `weight` by the young item with the best score × (1 + m / (1 + e)), e
 * its exposure and m the mean exposure of all items, else by the best score. The service's own formula is not public; this
 * one gives what its guide promises: items of limited age, the less known the sooner.
 */
export function explore(
  itemIds: readonly string[],
  scores: Float64Array,
  numResults: number,
  passes: (index: number) => boolean,
  { weight, ageCutOffDays, seed, age, exposure }: Exploration,
): ExploredPlace[] {
  const raised = new Float64Array(scores.length);
  let total = 0;
  for (let index = 0; index < raised.length; index++) {
    const one = exposure(itemIds[index] ?? "");
    raised[index] = one;
    total += one;
  }
  const mean = total / Math.max(1, raised.length);
  for (let index = 0; index < raised.length; index++) {
    raised[index] = (scores[index] ?? 0) * (1 + mean / (1 + (raised[index] ?? 0)));
  }
  const young = (index: number) => (age(itemIds[index] ?? "") ?? Number.POSITIVE_INFINITY) <= ageCutOffDays;

  const known = bestIndices(scores, numResults, passes);
  const fresh = bestIndices(raised, numResults, (index) => young(index) && passes(index));
  const random = stream(`explore/${seed}`);
  const placed = new Set<number>();
  const places: ExploredPlace[] = [];
  const nextOf = (list: readonly number[]) => list.find((index) => !placed.has(index));
  while (places.length < numResults) {
    const drawn = random.u() < weight ? nextOf(fresh) : undefined;
    const index = drawn ?? nextOf(known);
    if (index === undefined) break;
    placed.add(index);
    places.push({ index, explored: drawn !== undefined });
  }
  return places;
}
