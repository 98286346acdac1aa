import type { Corpus } from "../data/corpus";
import { historyOf } from "../data/corpus";

/**
 * Computes what Trending-Now sorts by: the rise of an item's interactions in the last window over the window before, ties
 * by the newer window, then by distinct users. The present is the latest interaction.
 */
export function computeTrends(corpus: Corpus, users: Int32Array, windowSeconds: number): Float64Array {
  const now = corpus.times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const items = corpus.itemIds.length;
  const newer = new Float64Array(items);
  const older = new Float64Array(items);
  const counts = new Float64Array(items);
  for (const user of users) {
    const history = historyOf(corpus, user);
    const from = corpus.start[user] ?? 0;
    for (const item of new Set(history)) counts[item] = (counts[item] ?? 0) + 1;
    history.forEach((item, p) => {
      const age = now - (corpus.times[from + p] ?? 0);
      if (age < windowSeconds) newer[item] = (newer[item] ?? 0) + 1;
      else if (age < 2 * windowSeconds) older[item] = (older[item] ?? 0) + 1;
    });
  }
  // The three keys as one number: each finer key stays below one step of the coarser.
  const step = 1 + Math.max(corpus.items.length, users.length);
  return counts.map(
    (count, item) => ((newer[item] ?? 0) - (older[item] ?? 0)) * step + (newer[item] ?? 0) + count / step,
  );
}
