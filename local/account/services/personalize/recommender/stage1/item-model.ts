import type { Column } from "../data/columns";
import { type Corpus, historyOf, listDistinctItems } from "../data/corpus";
import { fitRidge, type Ridge } from "./ridge";

/** The items that follow each item: sparse shares of the next item. */
export interface Transitions {
  readonly start: Int32Array;
  readonly next: Int32Array;
  /** T[i → j] / (Σ T[i → ·] + 5). */
  readonly shares: Float32Array;
}

/** Knowledge about the items from some users' histories (stage 1); it turns histories into features. */
export interface ItemModel {
  readonly columns: readonly Column[];
  /** Distinct users per item. */
  readonly counts: Float64Array;
  readonly ridge: Ridge;
  readonly transitions: Transitions;
  /** Per column, values × values: the probability that the value of a row is followed by that of a column. */
  readonly kernels: readonly Float64Array[];
}

/** Fits stage 1 on the histories of the given users. */
export function fitItemModel(corpus: Corpus, users: Int32Array, columns: readonly Column[], lambda: number): ItemModel {
  const items = corpus.itemIds.length;
  const baskets = listDistinctItems(corpus, users);
  const histories = Array.from(users, (user) => historyOf(corpus, user));
  return {
    columns,
    counts: countUsers(baskets, items),
    ridge: fitRidge(baskets, items, columns, lambda),
    transitions: countTransitions(histories, items),
    kernels: columns.map((column) => followKernel(histories, column)),
  };
}

/** Distinct users per item. */
function countUsers(baskets: readonly Int32Array[], items: number): Float64Array {
  const counts = new Float64Array(items);
  for (const basket of baskets) for (const item of basket) counts[item] = (counts[item] ?? 0) + 1;
  return counts;
}

/** Distinct users per item, of the given users. */
export const countsOf = (corpus: Corpus, users: Int32Array): Float64Array =>
  countUsers(listDistinctItems(corpus, users), corpus.itemIds.length);

/** Consecutive pairs in the histories, damped so that an item seen once claims little. */
export function countTransitions(histories: readonly Int32Array[], items: number): Transitions {
  const pairs = sortPairs(histories, items);
  const start = new Int32Array(items + 1);
  const next: number[] = [];
  const shares: number[] = [];
  let at = 0;
  for (let item = 0; item < items; item++) {
    const from = at;
    while (at < pairs.length && (pairs[at] ?? 0) < (item + 1) * items) at++;
    const total = at - from;
    for (let k = from; k < at; ) {
      const pair = pairs[k] ?? 0;
      const first = k;
      while (k < at && pairs[k] === pair) k++;
      next.push(pair - item * items);
      shares.push((k - first) / (total + 5));
    }
    start[item + 1] = next.length;
  }
  return { start, next: Int32Array.from(next), shares: Float32Array.from(shares) };
}

/** Each pair as from · items + to: a million of them fit in eight megabytes, as a map of maps does not. */
function sortPairs(histories: readonly Int32Array[], items: number): Float64Array {
  const pairs = new Float64Array(histories.reduce((sum, history) => sum + Math.max(0, history.length - 1), 0));
  let count = 0;
  for (const history of histories) {
    for (let p = 1; p < history.length; p++) pairs[count++] = (history[p - 1] ?? 0) * items + (history[p] ?? 0);
  }
  return pairs.sort();
}

/**
 * Learns how values of a column follow each other: counts of consecutive pairs, smoothed towards how often a value comes
 * next at all. From few parameters it learns that one breed leads to another and that size 3 is near size 2.
 */
export function followKernel(histories: readonly Int32Array[], { values, start, codes }: Column): Float64Array {
  const size = values.length;
  const pairs = new Float64Array(size * size);
  const spread = (from: number, to: number) => {
    const fromStart = start[from] ?? 0;
    const fromEnd = start[from + 1] ?? 0;
    const toStart = start[to] ?? 0;
    const toEnd = start[to + 1] ?? 0;
    const share = 1 / ((fromEnd - fromStart) * (toEnd - toStart));
    for (let a = fromStart; a < fromEnd; a++) {
      for (let b = toStart; b < toEnd; b++) {
        const cell = (codes[a] ?? 0) * size + (codes[b] ?? 0);
        pairs[cell] = (pairs[cell] ?? 0) + share;
      }
    }
  };
  for (const history of histories) {
    for (let p = 1; p < history.length; p++) spread(history[p - 1] ?? 0, history[p] ?? 0);
  }
  const rowSums = new Float64Array(size);
  const prior = new Float64Array(size).fill(1);
  let total = size;
  pairs.forEach((count, cell) => {
    const row = Math.floor(cell / size);
    rowSums[row] = (rowSums[row] ?? 0) + count;
    prior[cell % size] = (prior[cell % size] ?? 0) + count;
    total += count;
  });
  return pairs.map((count, cell) => {
    const expected = (prior[cell % size] ?? 0) / total;
    return (count + 10 * expected) / ((rowSums[Math.floor(cell / size)] ?? 0) + 10);
  });
}
