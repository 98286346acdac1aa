import { hashText, mix } from "../../../../aws/random";
import { type Corpus, historyOf } from "./corpus";

/** One question of the evaluation: what follows this history? Both as item indices. */
export interface Query {
  readonly user: number;
  /** The oldest events. */
  readonly history: Int32Array;
  /** The distinct items of the newest tenth of events. */
  readonly truth: ReadonlySet<number>;
  /** The reward of each item of the truth; absent: all alike. */
  readonly rewards?: ReadonlyMap<number, number>;
}

/**
 * The folds whose users measure models: other ones for rankings, whose metrics would be those of
 * the recommendations.
 */
export const testFolds = { recommendations: 0, rankings: 1 } as const;

/**
 * Fold (0–9) of every user: users sorted by a hash of seed and id, rank modulo 10. The service
 * tests on 10 % of the users and trains on the others with all their events (guide:
 * working-with-training-metrics); which users is not documented. The hash does not know the
 * version, so two versions over the same users are compared on the same test users.
 */
export function foldsOf(userIds: readonly string[], seed: number): Uint8Array {
  const folds = new Uint8Array(userIds.length);
  sortUsersByHash(userIds, seed).forEach((user, rank) => {
    folds[user] = rank % 10;
  });
  return folds;
}

/** User indices by (hash, id). */
export function sortUsersByHash(userIds: readonly string[], seed: number): number[] {
  const hashes = userIds.map((userId) => mix(hashText(`split/${seed}/${userId}`)));
  const order = [...userIds.keys()];
  const compareIds = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return order.sort((a, b) => (hashes[a] ?? 0) - (hashes[b] ?? 0) || compareIds(userIds[a] ?? "", userIds[b] ?? ""));
}

/** Returns how many of n events are the truth: a tenth, rounded up. */
export const countTruth = (events: number): number => Math.floor((events + 9) / 10);

/** The questions of the given users; a user with a single event asks none. */
export function queriesOf(corpus: Corpus, users: Int32Array): Query[] {
  const queries: Query[] = [];
  for (const user of users) {
    const events = historyOf(corpus, user);
    if (events.length < 2) continue;
    const cut = events.length - countTruth(events.length);
    const truth = events.subarray(cut);
    const rewards = corpus.rewards?.subarray((corpus.start[user] ?? 0) + cut);
    queries.push({
      user,
      history: events.subarray(0, cut),
      truth: new Set(truth),
      ...(rewards && { rewards: findBestRewards(truth, rewards) }),
    });
  }
  return queries;
}

/** An item's reward is that of its best event. */
export function findBestRewards(items: Int32Array, rewards: Float64Array): Map<number, number> {
  const best = new Map<number, number>();
  items.forEach((item, k) => {
    best.set(item, Math.max(best.get(item) ?? 0, rewards[k] ?? 0));
  });
  return best;
}
