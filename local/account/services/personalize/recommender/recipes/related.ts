import type { Corpus } from "../data/corpus";
import { listDistinctItems } from "../data/corpus";
import { computeUtilities } from "../serving/scores";
import type { RelatedInside, SimilarInside } from "../serving/trained";
import { CoCounter } from "../stage1/co-counts";
import { logPopularity } from "../stage2/features";

/** SIMS: G_ij / (d_i^(1−δ) · d_j^δ) for pairs with at least `minCoInteractions` common users. */
export function fitRelated(
  corpus: Corpus,
  users: Int32Array,
  counts: Float64Array,
  popularityDiscount: number,
  minCoInteractions: number,
): RelatedInside {
  const items = corpus.itemIds.length;
  const counter = new CoCounter(listDistinctItems(corpus, users), items);
  const start = new Int32Array(items + 1);
  const rows = Array.from({ length: items }, (_, i) => {
    const row = counter
      .count(i)
      .filter((j) => j !== i && (counter.common[j] ?? 0) >= minCoInteractions)
      .sort();
    start[i + 1] = (start[i] ?? 0) + row.length;
    const shares = Float32Array.from(row, (j) => {
      const expected = (counts[i] ?? 0) ** (1 - popularityDiscount) * (counts[j] ?? 0) ** popularityDiscount;
      return (counter.common[j] ?? 0) / expected;
    });
    return { row, shares };
  });
  const related = new Int32Array(start[items] ?? 0);
  const values = new Float32Array(related.length);
  rows.forEach(({ row, shares }, i) => {
    related.set(row, start[i]);
    values.set(shares, start[i]);
  });
  return { family: "related", start, related, values };
}

/**
 * Ranks the items of an item-to-item list, tier by tier: first the related items, then the popular ones as padding.
 * −Infinity: not in the tier. An unknown item (`undefined`) has the popular ones only; the item itself is never listed.
 */
export function rankRelated(
  inside: RelatedInside | SimilarInside,
  counts: Float64Array,
  item: number | undefined,
): Float64Array[] {
  if (item === undefined) return [counts];
  const popular = counts.slice();
  popular[item] = Number.NEGATIVE_INFINITY;
  const nearest =
    inside.family === "related" ? fillRow(inside, item, counts.length) : computeSimilarity(inside, counts, item);
  nearest[item] = Number.NEGATIVE_INFINITY;
  return [nearest, popular];
}

function fillRow({ start, related, values }: RelatedInside, item: number, items: number): Float64Array {
  const row = new Float64Array(items).fill(Number.NEGATIVE_INFINITY);
  for (let k = start[item] ?? 0; k < (start[item + 1] ?? 0); k++) row[related[k] ?? 0] = values[k] ?? 0;
  return row;
}

/**
 * Ranks by the model of what follows, after a history of this item alone: an item without interactions has its attributes.
 * The discount takes popularity out of it; at 1 an item counts for how much likelier it is here than anywhere.
 */
function computeSimilarity(
  { follows, popularityDiscount }: SimilarInside,
  counts: Float64Array,
  item: number,
): Float64Array {
  const popularity = logPopularity(counts);
  return computeUtilities(follows, [item]).map((utility, j) => utility - popularityDiscount * (popularity[j] ?? 0));
}
