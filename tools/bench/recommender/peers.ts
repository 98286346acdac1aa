import { stream } from "../../../local/account/aws/random";
import {
  model,
  ownHistory,
  type Peer,
  popularity,
} from "../../../local/account/services/personalize/recommender/measure/peers";
import { indexHistories } from "../../../local/account/services/personalize/recommender/model/histories";
import {
  fitMixture,
  partNames,
  predictNext,
} from "../../../local/account/services/personalize/recommender/model/mixture";
import { fitWeights } from "../../../local/account/services/personalize/recommender/model/weights";
import { rankRelated } from "../../../local/account/services/personalize/recommender/recipes/related";

export const random: Peer = ({ corpus }) => {
  const draws = stream("bench/random");
  return () => Float64Array.from(corpus.itemIds, () => draws.u());
};

type Related = Parameters<typeof rankRelated>[0];

/**
 * An item-to-item recipe with the newest item as its input: related items first, then popular
 * items.
 */
const createRelated =
  (train: (...given: Parameters<Peer>) => Related): Peer =>
  (set, users) => {
    const inside = train(set, users);
    const { counts } = indexHistories(set.corpus, users);
    return (history) => {
      const [nearest = counts, popular = counts] = rankRelated(inside, counts, history.at(-1));
      return nearest.map((value, j) => (value === Number.NEGATIVE_INFINITY ? (popular[j] ?? 0) : 1e6 + value));
    };
  };

/** The item-to-item recipes with their default hyperparameters. */
export const relatedPeers = {
  SIMS: createRelated(({ corpus }, users) => ({
    family: "sims",
    histories: indexHistories(corpus, users),
    popularityDiscount: 0.5,
    minCoInteractions: 3,
  })),
  "Similar-Items": createRelated(({ corpus, columns }, users) => {
    const { weights } = fitWeights(corpus, users, columns, { seed: 7, recency: false, newestOnly: true });
    const follows = fitMixture(corpus, users, columns, { recency: false, weights });
    return { family: "similar", follows, popularityDiscount: 0 };
  }),
} as const;

/** Peers by name, in the order of the table. */
export const peers = { random, popularity, "own history": ownHistory, model } as const;

/** The model without one of its parts; the weights of the others are found without it. */
export const createModelWithout =
  (without: string): Peer =>
  ({ corpus, columns }, users) => {
    const fitted = fitWeights(corpus, users, columns, { seed: 7, recency: true, newestOnly: false, without });
    const weights = fitted.weights.map((weight, k) => (partNames[k] === without ? 0 : weight));
    const mixture = fitMixture(corpus, users, columns, { recency: true, weights });
    return (history) => predictNext(mixture, history);
  };
