import { computeUtilities } from "../../local/account/services/personalize/recommender/serving/scores";
import { countsOf, fitItemModel } from "../../local/account/services/personalize/recommender/stage1/item-model";
import { fitBlend } from "../../local/account/services/personalize/recommender/stage2/blend";
import type { DataSet } from "./data-set";

/** Fits a model on some users of a data set and returns a function that scores all items for a history. */
export type Peer = (set: DataSet, users: Int32Array) => (history: Int32Array) => Float64Array;

export const popularity: Peer = (set, users) => {
  const counts = countsOf(set.corpus, users);
  return () => counts;
};

/** The user's newest items first, then popular items. */
export const ownHistory: Peer = (set, users) => {
  const counts = countsOf(set.corpus, users);
  return (history) => {
    const scores = counts.slice();
    history.forEach((item, p) => {
      scores[item] = 1e6 + p;
    });
    return scores;
  };
};

/** The model of the personalising recipes; `onFit` gets how much better than chance it predicts unseen users' choices. */
export const createBlend =
  (onFit: (natsOverUniform: number) => void): Peer =>
  (set, users) => {
    const fitted = fitBlend(set.corpus, users, set.columns, { seed: 7, recency: true, performHPO: false });
    onFit(fitted.crossFitLogLikelihood + Math.log(set.corpus.itemIds.length));
    const inside = {
      family: "blend",
      items: fitItemModel(set.corpus, users, set.columns, fitted.lambda),
      weights: fitted.weights,
      recency: true,
    } as const;
    return (history) => computeUtilities(inside, history);
  };
