import { type Corpus, groupPlaces, historyOf, listDistinctItems } from "../data/corpus";
import { findBestRewards } from "../data/split";
import { type Evidence, type Sums, takeSums } from "./evidence";

/**
 * The items of each user, and where each item is among them: pairs are counted without a look at
 * all users.
 */
export interface Histories {
  /**
   * The distinct items of one user after those of another, oldest first. The user with the newest
   * event is the first.
   */
  readonly items: Int32Array;
  /** The item at place p is a pair with each of its user's from place `from[p]` to `to[p]`. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Item i is at the places from `start[i]` to `start[i + 1]`: those of its newest users first. */
  readonly start: Int32Array;
  readonly places: Int32Array;
  /** All users of each item. */
  readonly counts: Float64Array;
  /** The amount that the item at each place counts in its pairs; absent: all alike. */
  readonly worth?: Float64Array;
}

/**
 * Only the newest users of an item are looked at: enough to know its pairs, and popular items cost
 * no more than others.
 */
export const mostUsers = 2000;
/**
 * Two items of a user are a pair if one is among the 20 before or after the other. Long histories
 * change their subject.
 */
const reach = 20;

/** Weighs pairs by the number of places from the item to the other; negative if that was before. */
const weighPlaces = (weighOne: (places: number) => number): Float64Array =>
  Float64Array.from({ length: 2 * reach + 1 }, (_, k) => weighOne(k - reach));

/** Each pair counts once. */
export const wholePairs = weighPlaces(() => 1);
/** Histories are sequences: a pair counts less the farther apart its items are, and backwards. */
export const sequencePairs = weighPlaces((places) => (places < 0 ? 0.7 : 1) / Math.max(1, Math.abs(places)) ** 0.3);

/** Indexes the histories of the given users. */
export function indexHistories(corpus: Corpus, users: Int32Array): Histories {
  const newest = (user: number) => corpus.times[(corpus.start[user + 1] ?? 1) - 1] ?? 0;
  const byNewest = users.toSorted((a, b) => newest(b) - newest(a) || a - b);
  const baskets = listDistinctItems(corpus, byNewest);
  const items = new Int32Array(baskets.reduce((sum, basket) => sum + basket.length, 0));
  const from = new Int32Array(items.length);
  const to = new Int32Array(items.length);
  const { rewards } = corpus;
  const worth = rewards && new Float64Array(items.length);
  let first = 0;
  baskets.forEach((basket, b) => {
    if (rewards) worth?.set(weighItems(basket, corpus, byNewest[b] ?? 0, rewards), first);
    for (let k = 0; k < basket.length; k++) {
      items[first + k] = basket[k] ?? 0;
      from[first + k] = first + Math.max(0, k - reach);
      to[first + k] = first + Math.min(basket.length, k + reach + 1);
    }
    first += basket.length;
  });
  const { start, order } = groupPlaces(items, corpus.itemIds.length);
  const counts = Float64Array.from(corpus.itemIds, (_, item) => (start[item + 1] ?? 0) - (start[item] ?? 0));
  return { items, from, to, start, places: order, counts, ...(worth && { worth }) };
}

/**
 * An item counts by the root of its best event's reward: items that were liked are predicted before
 * those that were only seen, and the rewards themselves would leave too few pairs to count.
 */
function weighItems(basket: Int32Array, corpus: Corpus, user: number, rewards: Float64Array): Float64Array {
  const own = rewards.subarray(corpus.start[user], corpus.start[user + 1]);
  const best = findBestRewards(historyOf(corpus, user), own);
  return Float64Array.from(basket, (item) => Math.sqrt(best.get(item) ?? 1));
}

/**
 * Counts the pairs of one item with others by the given weights, and by what the others are worth,
 * among that item's newest users.
 */
export function countPairs(
  { items, from, to, start, places, worth }: Histories,
  item: number,
  weights: Float64Array,
  sums: Sums,
): Evidence {
  const { values, met } = sums;
  const first = start[item] ?? 0;
  const end = Math.min(start[item + 1] ?? 0, first + mostUsers);
  let count = 0;
  // A sum that is not a number stays so: the item itself is not met.
  values[item] = Number.NaN;
  for (let k = first; k < end; k++) {
    const place = places[k] ?? 0;
    const last = to[place] ?? 0;
    for (let at = from[place] ?? 0; at < last; at++) {
      const other = items[at] ?? 0;
      const before = values[other] ?? 0;
      const weight = (weights[at - place + reach] ?? 0) * (worth ? (worth[at] ?? 0) : 1);
      if (before === 0 && weight > 0) met[count++] = other;
      values[other] = before + weight;
    }
  }
  values[item] = 0;
  return takeSums(sums, count);
}
