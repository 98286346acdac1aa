import type { Column } from "../data/columns";
import type { Corpus } from "../data/corpus";
import { listDistinctItems } from "../data/corpus";
import type { RelatedInside, SimilarInside } from "../serving/trained";
import { CoCounter } from "../stage1/co-counts";
import { addRow, type Ridge } from "../stage1/ridge";

/** With fewer users than this, only the attributes of an item count (guide: aws-similar-items). */
const thin = 5;

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

/** Half the ridge's weight, scaled to its best candidate, half the share of equal attributes. */
function computeSimilarity({ ridge, columns }: SimilarInside, counts: Float64Array, item: number): Float64Array {
  const shared = compareAttributes(columns, item, counts.length);
  if ((counts[item] ?? 0) < thin) return shared;
  const weights = readRidgeRow(ridge, item);
  const best = weights.reduce((a, b) => Math.max(a, b), 0);
  return shared.map((share, j) => 0.5 * share + (best > 0 ? (0.5 * Math.max(weights[j] ?? 0, 0)) / best : 0));
}

function readRidgeRow(ridge: Ridge, item: number): Float64Array {
  const row = new Float64Array(ridge.items);
  addRow(ridge, item, 1, row);
  return row;
}

/** Compares each item with `item`: the mean over the columns of |values in common| / |values of either|. */
function compareAttributes(columns: readonly Column[], item: number, items: number): Float64Array {
  const shares = new Float64Array(items);
  for (const { values, start, codes } of columns) {
    const own = codes.subarray(start[item], start[item + 1]);
    const isOwn = new Uint8Array(values.length);
    for (const code of own) isOwn[code] = 1;
    for (let j = 0; j < items; j++) {
      const from = start[j] ?? 0;
      const to = start[j + 1] ?? 0;
      let common = 0;
      for (let k = from; k < to; k++) common += isOwn[codes[k] ?? 0] ?? 0;
      shares[j] = (shares[j] ?? 0) + common / (own.length + to - from - common);
    }
  }
  return columns.length === 0 ? shares : shares.map((sum) => sum / columns.length);
}
