import { type Corpus, listDistinctItems } from "../data/corpus";
import { type Evidence, takeSums } from "./evidence";

/** The items of each user, and where each item is among them: pairs are counted without a look at all users. */
export interface Histories {
  /** The distinct items of one user after those of another, oldest first. The user with the newest event is the first. */
  readonly items: Int32Array;
  /** The user who has each of these items. */
  readonly users: Int32Array;
  /** Item i is at the places from `placeStart[i]` to `placeStart[i + 1]`: those of its newest users first. */
  readonly placeStart: Int32Array;
  readonly places: Int32Array;
  /** All users of each item. */
  readonly counts: Float64Array;
}

/** Only the newest users of an item are looked at: enough to know its pairs, and popular items cost no more than others. */
export const mostUsers = 500;
/** Two items of a user are a pair if one is among the 20 before or after the other. Long histories change their subject. */
const reach = 20;

/** Indexes the histories of the given users. */
export function indexHistories(corpus: Corpus, users: Int32Array): Histories {
  const newest = (user: number) => corpus.times[(corpus.start[user + 1] ?? 1) - 1] ?? 0;
  const byNewest = users.toSorted((a, b) => newest(b) - newest(a) || a - b);
  const baskets = listDistinctItems(corpus, byNewest);
  const size = baskets.reduce((sum, basket) => sum + basket.length, 0);
  const items = new Int32Array(size);
  const holders = new Int32Array(size);
  const counts = new Float64Array(corpus.itemIds.length);
  let place = 0;
  baskets.forEach((basket, user) => {
    items.set(basket, place);
    holders.fill(user, place, place + basket.length);
    place += basket.length;
    for (const item of basket) counts[item] = (counts[item] ?? 0) + 1;
  });
  const placeStart = new Int32Array(counts.length + 1);
  counts.forEach((count, item) => {
    placeStart[item + 1] = (placeStart[item] ?? 0) + count;
  });
  const places = new Int32Array(size);
  const next = placeStart.slice();
  items.forEach((item, at) => {
    places[next[item] ?? 0] = at;
    next[item] = (next[item] ?? 0) + 1;
  });
  return { items, users: holders, placeStart, places, counts };
}

/** Counts the pairs of one item with others, among that item's newest users. `sums` has a 0 for each item. */
export function countPairs(histories: Histories, item: number, sums: Float64Array): Evidence {
  const { items, users, placeStart, places } = histories;
  const met: number[] = [];
  for (const place of places.subarray(placeStart[item], placeStart[item + 1]).subarray(0, mostUsers)) {
    const user = users[place];
    for (let at = Math.max(0, place - reach); at <= place + reach; at++) {
      // Beyond the last item there is no user.
      if (users[at] !== user || at === place) continue;
      const other = items[at] ?? 0;
      if (sums[other] === 0) met.push(other);
      sums[other] = (sums[other] ?? 0) + 1;
    }
  }
  return takeSums(met, sums);
}
