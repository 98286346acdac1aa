import type { Column } from "../data/columns";
import { type Corpus, historyOf } from "../data/corpus";

/** Counts of the values of one column that follow each other, in consecutive events of a user. */
export interface Follows {
  /** For each value those that follow it, and how often. */
  readonly rows: readonly ReadonlyMap<number, number>[];
  /** The sum of each value's counts. */
  readonly totals: Float64Array;
}

/** A column of the items, with what follows what in it. */
export interface FollowedColumn {
  readonly column: Column;
  readonly follows: Follows;
}

/**
 * Counts consecutive values in the histories of some users. So the model learns that one breed
 * leads to another, and that size 3 is near size 2.
 */
export function countFollows(corpus: Corpus, users: Int32Array, { values, start, codes }: Column): Follows {
  const rows = values.map(() => new Map<number, number>());
  const totals = new Float64Array(values.length);
  const countPair = (from: number, to: number) => {
    const ends = codes.subarray(start[to], start[to + 1]);
    const begins = codes.subarray(start[from], start[from + 1]);
    const share = 1 / (begins.length * ends.length);
    for (const begin of begins) {
      const row = rows[begin];
      for (const end of ends) row?.set(end, (row.get(end) ?? 0) + share);
      totals[begin] = (totals[begin] ?? 0) + share * ends.length;
    }
  };
  for (const user of users) {
    const history = historyOf(corpus, user);
    for (let p = 1; p < history.length; p++) countPair(history[p - 1] ?? 0, history[p] ?? 0);
  }
  return { rows, totals };
}
