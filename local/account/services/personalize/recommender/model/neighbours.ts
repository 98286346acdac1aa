import { type Corpus, listDistinctItems } from "../data/corpus";
import { selectBest } from "../data/top";
import type { Evidence } from "./evidence";

/** The items of each user, and the users of each item: neighbours are found without a look at all users. */
export interface Histories {
  /** User u has the distinct items from `start[u]` to `start[u + 1]`. The user with the newest event is the first. */
  readonly start: Int32Array;
  readonly items: Int32Array;
  /** Item i has the users from `holderStart[i]` to `holderStart[i + 1]`: its newest ones, the newest first. */
  readonly holderStart: Int32Array;
  readonly holders: Int32Array;
  /** All users of each item. */
  readonly counts: Float64Array;
}

/** Only the newest users of an item vote: enough to find neighbours, and popular items cost no more than others. */
const mostHolders = 500;
/** Only the newest of a user's items count if there are more (usually a robot). */
const mostItems = 1000;

/** Indexes the histories of the given users. */
export function indexHistories(corpus: Corpus, users: Int32Array): Histories {
  const newest = (user: number) => corpus.times[(corpus.start[user + 1] ?? 1) - 1] ?? 0;
  const byNewest = users.toSorted((a, b) => newest(b) - newest(a) || a - b);
  const baskets = listDistinctItems(corpus, byNewest).map((basket) => basket.subarray(-mostItems));
  const start = new Int32Array(baskets.length + 1);
  baskets.forEach((basket, user) => {
    start[user + 1] = (start[user] ?? 0) + basket.length;
  });
  const items = new Int32Array(start[baskets.length] ?? 0);
  baskets.forEach((basket, user) => {
    items.set(basket, start[user]);
  });
  const counts = new Float64Array(corpus.itemIds.length);
  for (const item of items) counts[item] = (counts[item] ?? 0) + 1;
  return { start, items, counts, ...indexHolders(start, items, counts) };
}

function indexHolders(start: Int32Array, items: Int32Array, counts: Float64Array) {
  const holderStart = new Int32Array(counts.length + 1);
  counts.forEach((count, item) => {
    holderStart[item + 1] = (holderStart[item] ?? 0) + Math.min(count, mostHolders);
  });
  const holders = new Int32Array(holderStart[counts.length] ?? 0);
  const next = holderStart.slice();
  for (let user = 0; user + 1 < start.length; user++) {
    for (let at = start[user] ?? 0; at < (start[user + 1] ?? 0); at++) {
      const item = items[at] ?? 0;
      const place = next[item] ?? 0;
      if (place === holderStart[item + 1]) continue;
      holders[place] = user;
      next[item] = place + 1;
    }
  }
  return { holderStart, holders };
}

/** Counts the users that each item shares with one item, among that item's newest users. */
export function countCommonUsers(
  { start, items, holderStart, holders, counts }: Histories,
  item: number,
): Float64Array {
  const common = new Float64Array(counts.length);
  for (const user of holders.subarray(holderStart[item], holderStart[item + 1])) {
    for (const other of items.subarray(start[user], start[user + 1])) common[other] = (common[other] ?? 0) + 1;
  }
  return common;
}

const mostNeighbours = 100;

/** Asks the neighbours of one history at a time; its arrays are made once per version. */
export class Neighbours {
  readonly #histories: Histories;
  readonly #rarity: Float64Array;
  readonly #isOwn: Uint8Array;
  /** The likeness of each user; 0 between two histories. */
  readonly #likeness: Float64Array;
  /** The number of events since the newest one that the user shares. */
  readonly #distance: Int32Array;
  readonly #met: Int32Array;
  /** The votes for each item; 0 between two histories. */
  readonly #votes: Float64Array;

  constructor(histories: Histories) {
    const users = histories.start.length - 1;
    const items = histories.counts.length;
    this.#histories = histories;
    this.#rarity = histories.counts.map((count) => Math.log(users / Math.max(1, count)));
    this.#isOwn = new Uint8Array(items);
    this.#likeness = new Float64Array(users);
    this.#distance = new Int32Array(users);
    this.#met = new Int32Array(users);
    this.#votes = new Float64Array(items);
  }

  /**
   * Finds the users who share the newest items of a history, and counts their votes for other items (VMIS-kNN: Kersbergen,
   * Sprangers, Schelter 2022, with users instead of sessions). The history's own items get none: how people return to
   * items is another question, and the user may be one of the histories. Without `recency` all events count alike.
   */
  ask(history: ArrayLike<number>, recency: boolean): Evidence {
    const { start, items } = this.#histories;
    const votes = this.#votes;
    const voted: number[] = [];
    const met = this.#meet(history, recency);
    const likeness = Float64Array.from(met, (user) => this.#likeness[user] ?? 0);
    for (const position of selectBest(likeness, mostNeighbours)) {
      const user = met[position] ?? 0;
      const distance = this.#distance[user] ?? 0;
      const weight = (likeness[position] ?? 0) * (recency ? Math.max(0.05, 1 - 0.1 * distance) : 1);
      for (let at = start[user] ?? 0; at < (start[user + 1] ?? 0); at++) {
        const item = items[at] ?? 0;
        const vote = weight * (this.#rarity[item] ?? 0);
        if (this.#isOwn[item] === 1 || vote === 0) continue;
        if (votes[item] === 0) voted.push(item);
        votes[item] = (votes[item] ?? 0) + vote;
      }
    }
    const amounts = Float64Array.from(voted, (item) => votes[item] ?? 0);
    for (const user of met) this.#likeness[user] = 0;
    for (const item of voted) votes[item] = 0;
    for (let p = 0; p < history.length; p++) this.#isOwn[history[p] ?? 0] = 0;
    return { items: Int32Array.from(voted), amounts, total: amounts.reduce((sum, amount) => sum + amount, 0) };
  }

  /** Adds up how much users share with the history: each distinct item counts by its newest event. */
  #meet(history: ArrayLike<number>, recency: boolean): Int32Array {
    const { holderStart, holders } = this.#histories;
    const likeness = this.#likeness;
    let count = 0;
    for (let p = history.length - 1; p >= 0; p--) {
      const item = history[p] ?? 0;
      if (this.#isOwn[item] === 1) continue;
      this.#isOwn[item] = 1;
      const weight = recency ? (p + 1) / history.length : 1;
      for (let at = holderStart[item] ?? 0; at < (holderStart[item + 1] ?? 0); at++) {
        const user = holders[at] ?? 0;
        if (likeness[user] === 0) {
          this.#met[count++] = user;
          this.#distance[user] = history.length - p;
        }
        likeness[user] = (likeness[user] ?? 0) + weight;
      }
    }
    return this.#met.subarray(0, count);
  }
}
