import { type Corpus, listDistinctItems } from "../../../local/account/services/personalize/recommender/data/corpus";

const neighboursPerItem = 500;
const neighbours = 100;

/**
 * VMIS-kNN (Kersbergen, Sprangers, Schelter 2022), with users instead of sessions: an item's score comes from the users who
 * have events with it and share the newest items of the history.
 */
export function vmisKnn(corpus: Corpus, users: Int32Array): (history: Int32Array) => Float64Array {
  const items = corpus.itemIds.length;
  const baskets = listDistinctItems(corpus, users);
  const newest = Array.from(users, (user) => corpus.times[(corpus.start[user + 1] ?? 1) - 1] ?? 0);
  const usersOfItem = Array.from({ length: items }, (): number[] => []);
  const byNewest = [...baskets.keys()].sort((a, b) => (newest[b] ?? 0) - (newest[a] ?? 0));
  for (const user of byNewest) for (const item of baskets[user] ?? []) usersOfItem[item]?.push(user);
  const counts = usersOfItem.map((users) => users.length);
  const mostUsers = Math.max(...counts);
  for (const itemUsers of usersOfItem) itemUsers.length = Math.min(itemUsers.length, neighboursPerItem);

  return (history) => {
    const weights = new Map<number, { weight: number; distance: number }>();
    const seen = new Set<number>();
    for (let p = history.length - 1; p >= 0; p--) {
      const item = history[p] ?? 0;
      if (seen.has(item)) continue;
      seen.add(item);
      for (const user of usersOfItem[item] ?? []) {
        const known = weights.get(user) ?? { weight: 0, distance: history.length - p };
        known.weight += (p + 1) / history.length;
        weights.set(user, known);
      }
    }
    const nearest = [...weights]
      .sort(([a, x], [b, y]) => y.weight - x.weight || (newest[b] ?? 0) - (newest[a] ?? 0))
      .slice(0, neighbours);
    const scores = Float64Array.from(counts, (count) => (1e-6 * count) / mostUsers);
    for (const [user, { weight, distance }] of nearest) {
      const decay = distance < 10 ? 1 - 0.1 * distance : 0.05;
      for (const item of baskets[user] ?? []) {
        scores[item] = (scores[item] ?? 0) + decay * weight * Math.log(users.length / (counts[item] ?? 1));
      }
    }
    return scores;
  };
}
