import type { Corpus } from "../data/corpus";
import { countsOf, historyOf, listUsers } from "../data/corpus";
import { selectBest } from "../data/top";
import { listLength } from "../measure/metrics";

/** Two intervals, one after the other: the newer one ends at `now`. Both are `seconds` long. */
interface Intervals {
  readonly now: number;
  readonly seconds: number;
}

/** The interactions of each item in the two intervals. */
interface Activity {
  readonly newer: Float64Array;
  readonly older: Float64Array;
}

function countActivity(corpus: Corpus, users: Int32Array, { now, seconds }: Intervals): Activity {
  const newer = new Float64Array(corpus.itemIds.length);
  const older = new Float64Array(corpus.itemIds.length);
  for (const user of users) {
    const from = corpus.start[user] ?? 0;
    historyOf(corpus, user).forEach((item, p) => {
      const age = now - (corpus.times[from + p] ?? 0);
      if (age < seconds) newer[item] = (newer[item] ?? 0) + 1;
      else if (age < 2 * seconds) older[item] = (older[item] ?? 0) + 1;
    });
  }
  return { newer, older };
}

/**
 * Computes what Trending-Now sorts by: the rise of an item's interactions from the older interval
 * to the newer one, ties by the newer one, then by distinct users. A rise is a difference, not a
 * ratio (the service's cheat sheet: "the difference in the number of interactions … is the
 * greatest"). Without an interaction in both intervals it is the popular items (guide,
 * "Trending-Now recipe").
 */
export function computeTrends(corpus: Corpus, users: Int32Array, intervals: Intervals): Float64Array {
  const { newer, older } = countActivity(corpus, users, intervals);
  // The three keys as one number: each finer key stays below one step of the coarser.
  const step = 1 + Math.max(corpus.items.length, users.length);
  return countsOf(corpus, users).map(
    (count, item) => ((newer[item] ?? 0) - (older[item] ?? 0)) * step + (newer[item] ?? 0) + count / step,
  );
}

/** Counts all users' interactions in both intervals; 0: there is no trend. */
export function countRecent(corpus: Corpus, intervals: Intervals): number {
  const { newer, older } = countActivity(corpus, listUsers(corpus), intervals);
  return newer.reduce((sum, count, item) => sum + count + (older[item] ?? 0), 0);
}

/**
 * The metric "trend prediction accuracy": how much the listed items rose with the tested users, as
 * a share of the 25 that rose the most; 0 where nothing rose (guide, "Metric definitions").
 */
export function measureTrends(values: Float64Array, corpus: Corpus, tested: Int32Array, intervals: Intervals): number {
  const { newer, older } = countActivity(corpus, tested, intervals);
  const rise = newer.map((count, item) => count - (older[item] ?? 0));
  const sum = (items: readonly number[]) => items.reduce((total, item) => total + (rise[item] ?? 0), 0);
  const best = sum(selectBest(rise, listLength, (item) => (rise[item] ?? 0) > 0));
  return best === 0 ? 0 : Math.max(0, sum(selectBest(values, listLength))) / best;
}
