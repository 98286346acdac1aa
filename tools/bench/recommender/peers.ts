import type { DataSet } from "../../../cli/evaluate/data-set";
import { createBlend, ownHistory, type Peer, popularity } from "../../../cli/evaluate/peers";
import { stream } from "../../../local/account/aws/random";
import { listDistinctItems } from "../../../local/account/services/personalize/recommender/data/corpus";
import { fitRelated, rankRelated } from "../../../local/account/services/personalize/recommender/recipes/related";
import { countsOf, fitItemModel } from "../../../local/account/services/personalize/recommender/stage1/item-model";
import { addRow, solveExactRidge } from "../../../local/account/services/personalize/recommender/stage1/ridge";
import { fitBlend } from "../../../local/account/services/personalize/recommender/stage2/blend";
import { vmisKnn } from "./vmis-knn";

const itemsOf = (set: DataSet) => set.corpus.itemIds.length;

export const random: Peer = (set) => {
  const draws = stream("bench/random");
  return () => Float64Array.from({ length: itemsOf(set) }, () => draws.u());
};

/** Cosine with a shrinkage of 10, 200 neighbours of each item. */
const itemKnn: Peer = (set, users) => {
  const items = itemsOf(set);
  const counts = countsOf(set.corpus, users);
  const gram = new Float64Array(items * items);
  for (const basket of listDistinctItems(set.corpus, users)) {
    for (const i of basket) for (const j of basket) gram[i * items + j] = (gram[i * items + j] ?? 0) + 1;
  }
  const nearest = Array.from({ length: items }, (_, i) =>
    Array.from({ length: items }, (_, j) => ({
      j,
      similarity: i === j ? 0 : (gram[i * items + j] ?? 0) / (Math.sqrt((counts[i] ?? 0) * (counts[j] ?? 0)) + 10),
    }))
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, 200),
  );
  return (history) => {
    const scores = new Float64Array(items);
    for (const i of new Set(history)) {
      for (const { j, similarity } of nearest[i] ?? []) scores[j] = (scores[j] ?? 0) + similarity;
    }
    return scores;
  };
};

/** EASE with ids only. */
const ease: Peer = (set, users) => {
  const ridge = solveExactRidge(listDistinctItems(set.corpus, users), itemsOf(set), [], 30);
  return (history) => {
    const scores = new Float64Array(itemsOf(set));
    for (const item of new Set(history)) addRow(ridge, item, 1, scores);
    return scores;
  };
};

/** An item-to-item recipe with the newest item as its input: related items first, then popular items. */
const createRelated =
  (build: (set: DataSet, users: Int32Array) => Related): Peer =>
  (set, users) => {
    const counts = countsOf(set.corpus, users);
    const inside = build(set, users);
    return (history) => {
      const [nearest, popular] = rankRelated(inside, counts, history.at(-1));
      if (!nearest || !popular) return counts;
      return nearest.map((value, j) => (value === Number.NEGATIVE_INFINITY ? (popular[j] ?? 0) : 1e6 + value));
    };
  };

type Related = Parameters<typeof rankRelated>[0];

/** The item-to-item recipes with their default hyperparameters. */
export const relatedPeers = {
  SIMS: createRelated((set, users) => fitRelated(set.corpus, users, countsOf(set.corpus, users), 0.5, 3)),
  "Similar-Items": createRelated(({ corpus, columns }, users) => {
    const settings = { seed: 7, recency: false, performHPO: false, newestOnly: true };
    const { lambda, weights } = fitBlend(corpus, users, columns, settings);
    const items = fitItemModel(corpus, users, columns, lambda);
    const follows = { family: "blend", items, weights, recency: false } as const;
    return { family: "similar", follows, popularityDiscount: 0 };
  }),
} as const;

/** Peers by name, in the order of the table. */
export const peers: Readonly<Record<string, Peer>> = {
  random,
  popularity,
  "own history": ownHistory,
  ItemKNN: itemKnn,
  EASE: ease,
  "VMIS-kNN": (set, users) => vmisKnn(set.corpus, users),
  blend: createBlend(() => {}),
};
