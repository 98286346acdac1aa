import { createSums } from "../model/evidence";
import { countPairs, wholePairs } from "../model/histories";
import { predictNext } from "../model/mixture";
import type { SimilarInside, SimsInside } from "../serving/trained";

/**
 * Ranks the items of an item-to-item list, tier by tier: first the related items, then the popular
 * ones as padding. −Infinity: not in the tier. An unknown item (`undefined`) has the popular ones
 * only; the item itself is never listed.
 */
export function rankRelated(
  inside: SimsInside | SimilarInside,
  counts: Float64Array,
  item: number | undefined,
): Float64Array[] {
  if (item === undefined) return [counts];
  const popular = counts.slice();
  popular[item] = Number.NEGATIVE_INFINITY;
  const nearest = inside.family === "sims" ? compareUsers(inside, item) : computeSimilarity(inside, counts, item);
  nearest[item] = Number.NEGATIVE_INFINITY;
  return [nearest, popular];
}

/** SIMS: the users in common, divided by d_i^(1−δ) · d_j^δ, the users of both items. */
function compareUsers({ histories, popularityDiscount, minCoInteractions }: SimsInside, item: number): Float64Array {
  const { counts } = histories;
  const { items, amounts } = countPairs(histories, item, wholePairs, createSums(counts.length));
  const values = new Float64Array(counts.length).fill(Number.NEGATIVE_INFINITY);
  items.forEach((other, k) => {
    const common = amounts[k] ?? 0;
    if (common < minCoInteractions) return;
    values[other] =
      common / ((counts[item] ?? 0) ** (1 - popularityDiscount) * (counts[other] ?? 0) ** popularityDiscount);
  });
  return values;
}

/**
 * Ranks by the model of what follows, after a history of this item alone: an item without
 * interactions has its attributes. The discount takes popularity out of it; at 1 an item counts for
 * how much likelier it is here than anywhere.
 */
function computeSimilarity(
  { follows, popularityDiscount }: SimilarInside,
  counts: Float64Array,
  item: number,
): Float64Array {
  return predictNext(follows, [item]).map((chance, j) => chance / (1 + (counts[j] ?? 0)) ** popularityDiscount);
}
