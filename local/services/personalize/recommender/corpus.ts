import type { InteractionTable } from "./types";

/** The de-duplicated interactions, interned: users and items are indices, each user's events stand in order of time. */
export interface Corpus {
  /** Sorted by UTF-16 code units, so that ties by item id are ties by index. */
  readonly itemIds: readonly string[];
  readonly userIds: readonly string[];
  /** User u has the events from `start[u]` to `start[u + 1]`. */
  readonly start: Int32Array;
  readonly items: Int32Array;
  /** Epoch seconds. */
  readonly times: Float64Array;
  /** Rows given, duplicates included. */
  readonly rows: number;
}

/**
 * Drops repeated rows (same user, item, time and event type; the first stays), then sorts each user's events by time,
 * equal times by import order. Without the first step copies of one row would stand in both halves of the split, and
 * "the user's own items" would look like skill.
 */
export function buildCorpus(table: InteractionTable, catalogue: readonly string[]): Corpus {
  const itemIds = [...new Set([...catalogue, ...table.itemIds])].sort();
  const userIds = [...new Set(table.userIds)].sort();
  const itemIndex = new Map(itemIds.map((itemId, index) => [itemId, index]));
  const userIndex = new Map(userIds.map((userId, index) => [userId, index]));

  const rows = table.userIds.length;
  const users = Int32Array.from(table.userIds, (userId) => userIndex.get(userId) ?? 0);
  const items = Int32Array.from(table.itemIds, (itemId) => itemIndex.get(itemId) ?? 0);
  const timeOf = (row: number) => table.timestamps[row] ?? 0;
  const order = Int32Array.from(users.keys()).sort(
    (a, b) => (users[a] ?? 0) - (users[b] ?? 0) || timeOf(a) - timeOf(b) || a - b,
  );
  // Copies of a row share user and time, so after the sort they stand together: no key per row has to be kept.
  const together = new Set<string>();
  let before = -1;
  const kept = order.filter((row) => {
    if (users[row] !== users[before] || timeOf(row) !== timeOf(before)) together.clear();
    before = row;
    const key = `${items[row]}/${table.eventTypes[row] ?? ""}`;
    if (together.has(key)) return false;
    together.add(key);
    return true;
  });

  const start = new Int32Array(userIds.length + 1);
  for (const row of kept) start[(users[row] ?? 0) + 1] = (start[(users[row] ?? 0) + 1] ?? 0) + 1;
  for (let user = 0; user < userIds.length; user++) start[user + 1] = (start[user + 1] ?? 0) + (start[user] ?? 0);
  return {
    itemIds,
    userIds,
    start,
    items: kept.map((row) => items[row] ?? 0),
    times: Float64Array.from(kept, timeOf),
    rows,
  };
}

/** The items of one user's events, oldest first. */
export function historyOf(corpus: Corpus, user: number): Int32Array {
  return corpus.items.subarray(corpus.start[user] ?? 0, corpus.start[user + 1] ?? 0);
}

/** Distinct items of each of the given users, one array per user. */
export function distinctItems(corpus: Corpus, users: Int32Array): Int32Array[] {
  const lastUser = new Int32Array(corpus.itemIds.length).fill(-1);
  return Array.from(users, (user) =>
    historyOf(corpus, user).filter((item) => {
      if (lastUser[item] === user) return false;
      lastUser[item] = user;
      return true;
    }),
  );
}

export const allUsers = (corpus: Corpus): Int32Array => Int32Array.from(corpus.userIds.keys());
