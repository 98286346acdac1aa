import type { Column } from "./columns";
import type { Corpus } from "./corpus";
import { distinctItems } from "./corpus";
import { addRow, type Ridge } from "./ridge";
import type { RelatedInside, SimilarInside } from "./trained";

/** Fewer users than this, and only attributes speak for an item (guide: aws-similar-items). */
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
  const baskets = distinctItems(corpus, users);
  const holders = Array.from({ length: items }, (): Int32Array[] => []);
  for (const basket of baskets) for (const item of basket) holders[item]?.push(basket);

  const start = new Int32Array(items + 1);
  const related: number[] = [];
  const values: number[] = [];
  const together = new Int32Array(items);
  for (let i = 0; i < items; i++) {
    together.fill(0);
    for (const basket of holders[i] ?? []) for (const j of basket) together[j] = (together[j] ?? 0) + 1;
    for (let j = 0; j < items; j++) {
      const count = together[j] ?? 0;
      if (j === i || count === 0 || count < minCoInteractions) continue;
      related.push(j);
      values.push(count / ((counts[i] ?? 0) ** (1 - popularityDiscount) * (counts[j] ?? 0) ** popularityDiscount));
    }
    start[i + 1] = related.length;
  }
  return { family: "related", start, related: Int32Array.from(related), values: Float32Array.from(values) };
}

/**
 * What an item-to-item list is sorted by, tier by tier: first the related items, then the popular ones as padding.
 * −Infinity: not in the tier. An unknown item (`undefined`) has the popular ones only; the item itself is never listed.
 */
export function relatedTiers(
  inside: RelatedInside | SimilarInside,
  counts: Float64Array,
  item: number | undefined,
): Float64Array[] {
  if (item === undefined) return [counts];
  const popular = counts.slice();
  popular[item] = Number.NEGATIVE_INFINITY;
  const nearest =
    inside.family === "related" ? sparseRow(inside, item, counts.length) : similarity(inside, counts, item);
  nearest[item] = Number.NEGATIVE_INFINITY;
  return [nearest, popular];
}

function sparseRow({ start, related, values }: RelatedInside, item: number, items: number): Float64Array {
  const row = new Float64Array(items).fill(Number.NEGATIVE_INFINITY);
  for (let k = start[item] ?? 0; k < (start[item + 1] ?? 0); k++) row[related[k] ?? 0] = values[k] ?? 0;
  return row;
}

/** Half what the ridge says, scaled to its best candidate, half the share of equal attributes. */
function similarity({ ridge, columns }: SimilarInside, counts: Float64Array, item: number): Float64Array {
  const shared = counts.map((_, j) => sharedAttributes(columns, item, j));
  if ((counts[item] ?? 0) < thin) return shared;
  const weights = ridgeRow(ridge, item);
  const best = weights.reduce((a, b) => Math.max(a, b), 0);
  return shared.map((share, j) => 0.5 * share + (best > 0 ? (0.5 * Math.max(weights[j] ?? 0, 0)) / best : 0));
}

function ridgeRow(ridge: Ridge, item: number): Float64Array {
  const row = new Float64Array(ridge.items);
  addRow(ridge, item, 1, row);
  return row;
}

/** Mean over the columns of |common values| / |values of either|. */
function sharedAttributes(columns: readonly Column[], a: number, b: number): number {
  if (columns.length === 0) return 0;
  let sum = 0;
  for (const { start, codes } of columns) {
    const ofA = codes.subarray(start[a] ?? 0, start[a + 1] ?? 0);
    const ofB = codes.subarray(start[b] ?? 0, start[b + 1] ?? 0);
    const common = ofA.filter((code) => ofB.includes(code)).length;
    sum += common / (ofA.length + ofB.length - common);
  }
  return sum / columns.length;
}
