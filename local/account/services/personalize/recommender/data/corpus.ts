import { placesOf } from "./coded-texts";
import type { InteractionTable } from "./types";

/**
 * The de-duplicated interactions, interned: users and items are indices, each user's events are in
 * order of time.
 */
export interface Corpus {
  /** Sorted by UTF-16 code units, so that ties by item id are ties by index. */
  readonly itemIds: readonly string[];
  readonly userIds: readonly string[];
  /** User u has the events from `start[u]` to `start[u + 1]`. */
  readonly start: Int32Array;
  readonly items: Int32Array;
  /** Epoch seconds. */
  readonly times: Float64Array;
  /** The reward for predicting each event; absent: all alike. */
  readonly rewards?: Float64Array;
  /** Rows given, duplicates included. */
  readonly rows: number;
}

/**
 * Drops repeated rows (same user, item, time and event type; the first stays), then sorts each
 * user's events by time, equal times by import order. Without the first step, copies of one row
 * would be in both halves of the split, and repeating the user's items would look like skill.
 */
export function buildCorpus(table: InteractionTable, catalogue: readonly string[]): Corpus {
  const itemIds = [...new Set([...catalogue, ...table.itemIds.values])].sort();
  const userIds = table.userIds.values.toSorted();
  const itemOf = placesOf(table.itemIds.values, itemIds);
  const userOf = placesOf(table.userIds.values, userIds);

  const { order, start } = groupPlaces(
    table.userIds.codes.map((code) => userOf[code] ?? 0),
    userIds.length,
  );
  let kept = 0;
  for (let user = 0; user < userIds.length; user++) {
    const own = order.subarray(start[user], start[user + 1]);
    sortByTime(own, table.timestamps);
    const distinct = dropRepeats(own, table);
    order.copyWithin(kept, start[user] ?? 0, (start[user] ?? 0) + distinct);
    start[user] = kept;
    kept += distinct;
  }
  start[userIds.length] = kept;
  const rows = order.subarray(0, kept);
  return {
    itemIds,
    userIds,
    start,
    items: Int32Array.from(rows, (row) => itemOf[table.itemIds.codes[row] ?? 0] ?? 0),
    times: Float64Array.from(rows, (row) => table.timestamps[row] ?? 0),
    ...rewardsOf(rows, table),
    rows: order.length,
  };
}

function rewardsOf(rows: Int32Array, { eventTypes, typeRewards }: InteractionTable): { rewards?: Float64Array } {
  if (!typeRewards) return {};
  return { rewards: Float64Array.from(rows, (row) => typeRewards[eventTypes.codes[row] ?? 0] ?? 1) };
}

/**
 * Sorts places by the number of their group: those of group g are from `start[g]` to `start[g +
 * 1]`, in their order.
 */
export function groupPlaces(groupOf: Int32Array, groups: number): { order: Int32Array; start: Int32Array } {
  const start = new Int32Array(groups + 1);
  for (const group of groupOf) start[group + 1] = (start[group + 1] ?? 0) + 1;
  for (let group = 0; group < groups; group++) start[group + 1] = (start[group + 1] ?? 0) + (start[group] ?? 0);
  const next = start.slice();
  const order = new Int32Array(groupOf.length);
  groupOf.forEach((group, place) => {
    const at = next[group] ?? 0;
    order[at] = place;
    next[group] = at + 1;
  });
  return { order, start };
}

/** One user's rows by time; most files have them in this order already. */
function sortByTime(rows: Int32Array, timestamps: Float64Array): void {
  const timeOf = (row: number) => timestamps[row] ?? 0;
  for (let k = 1; k < rows.length; k++) {
    if (timeOf(rows[k - 1] ?? 0) <= timeOf(rows[k] ?? 0)) continue;
    rows.sort((a, b) => timeOf(a) - timeOf(b) || a - b);
    return;
  }
}

/**
 * Moves one user's distinct rows to the front and returns their number. Copies of a row share its
 * time: they are neighbours.
 */
function dropRepeats(rows: Int32Array, { itemIds, eventTypes, timestamps }: InteractionTable): number {
  const types = Math.max(1, eventTypes.values.length);
  let kept = 0;
  for (let from = 0; from < rows.length; ) {
    const time = timestamps[rows[from] ?? 0];
    let to = from + 1;
    while (to < rows.length && timestamps[rows[to] ?? 0] === time) to++;
    if (to === from + 1) {
      rows[kept++] = rows[from] ?? 0;
    } else {
      const seen = new Set<number>();
      for (let k = from; k < to; k++) {
        const row = rows[k] ?? 0;
        const what = (itemIds.codes[row] ?? 0) * types + (eventTypes.codes[row] ?? 0);
        if (!seen.has(what)) rows[kept++] = row;
        seen.add(what);
      }
    }
    from = to;
  }
  return kept;
}

/** The items of one user's events, oldest first. */
export function historyOf(corpus: Corpus, user: number): Int32Array {
  return corpus.items.subarray(corpus.start[user] ?? 0, corpus.start[user + 1] ?? 0);
}

/** Distinct items of each of the given users, one array per user. */
export function listDistinctItems(corpus: Corpus, users: Int32Array): Int32Array[] {
  const lastUser = new Int32Array(corpus.itemIds.length).fill(-1);
  return Array.from(users, (user) =>
    historyOf(corpus, user).filter((item) => {
      if (lastUser[item] === user) return false;
      lastUser[item] = user;
      return true;
    }),
  );
}

/** Distinct users per item, of the given users. */
export function countsOf(corpus: Corpus, users: Int32Array): Float64Array {
  const counts = new Float64Array(corpus.itemIds.length);
  for (const items of listDistinctItems(corpus, users)) {
    for (const item of items) counts[item] = (counts[item] ?? 0) + 1;
  }
  return counts;
}

export const listUsers = (corpus: Corpus): Int32Array => Int32Array.from(corpus.userIds.keys());
