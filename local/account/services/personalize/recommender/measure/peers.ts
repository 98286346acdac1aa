import { countsOf, listUsers } from "../data/corpus";
import type { DataSet } from "../data/data-set";
import { foldsOf, queriesOf } from "../data/split";
import { selectBest } from "../data/top";
import { fitMixture, predictNext } from "../model/mixture";
import { fitWeights } from "../model/weights";
import { computeNdcg, type Judged, listLength } from "./metrics";

/**
 * Fits a model on some users of a data set and returns a function that scores all items for a
 * history.
 */
export type Peer = (set: DataSet, users: Int32Array) => (history: Int32Array) => Float64Array;

export const popularity: Peer = ({ corpus }, users) => {
  const counts = countsOf(corpus, users);
  return () => counts;
};

/** The user's newest items first, then popular items. */
export const ownHistory: Peer = ({ corpus }, users) => {
  const counts = countsOf(corpus, users);
  return (history) => {
    const scores = counts.slice();
    history.forEach((item, p) => {
      scores[item] = 1e6 + p;
    });
    return scores;
  };
};

/** The model of the personalising recipes. */
export const model: Peer = ({ corpus, columns }, users) => {
  const { weights } = fitWeights(corpus, users, columns, { seed: 7, recency: true, newestOnly: false });
  const mixture = fitMixture(corpus, users, columns, { recency: true, weights });
  return (history) => predictNext(mixture, history);
};

/**
 * Each model's lists for the users of each fold, by a model that was fitted on the nine other
 * folds. With `enough` queries it stops. One list of folds for each model, over the same queries.
 */
export function judgeFolds<Name extends string>(
  set: DataSet,
  peers: Readonly<Record<Name, Peer>>,
  enough = Number.POSITIVE_INFINITY,
  keep: (item: number, history: Int32Array) => boolean = () => true,
): Record<Name, Judged[][]> {
  const folds = foldsOf(set.corpus.userIds, 7);
  const users = listUsers(set.corpus);
  const names = Object.keys(peers) as Name[];
  const judged = Object.fromEntries(names.map((name) => [name, [] as Judged[][]])) as Record<Name, Judged[][]>;
  let count = 0;
  for (let fold = 0; fold < 10 && count < enough; fold++) {
    const training = users.filter((user) => folds[user] !== fold);
    const tested = users.filter((user) => folds[user] === fold);
    const queries = queriesOf(set.corpus, tested);
    count += queries.length;
    for (const name of names) {
      const score = peers[name](set, training);
      const listAfter = (history: Int32Array) => selectBest(score(history), listLength, (item) => keep(item, history));
      judged[name].push(queries.map((query) => ({ ...query, list: listAfter(query.history) })));
    }
  }
  return judged;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export function standardError(values: readonly number[]): number {
  const centre = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance / values.length);
}

export type Comparison = ReturnType<typeof compareQueries>;

/** Mean difference over the same queries, and its standard error. */
function compareQueries(a: readonly number[], b: readonly number[]) {
  const differences = a.map((value, query) => value - (b[query] ?? 0));
  return { difference: mean(differences), error: standardError(differences) };
}

/** Enough for a standard error of about .008. */
const enoughQueries = 2000;

/**
 * Compares the model with two that need no training, by the NDCG@10 of each over the same queries.
 */
export function comparePeers(set: DataSet) {
  const judged = judgeFolds(set, { popularity, "own history": ownHistory, model }, enoughQueries);
  const valuesOf = (name: keyof typeof judged) => judged[name].flat().map((one) => computeNdcg(one, 10));
  const popular = valuesOf("popularity");
  const own = valuesOf("own history");
  const trained = valuesOf("model");
  const figures = { popularity: popular, "own history": own, model: trained };
  return {
    figures: Object.entries(figures).map(([name, values]) => ({
      name,
      mean: mean(values),
      error: standardError(values),
    })),
    overPopularity: compareQueries(trained, popular),
    overOwn: compareQueries(trained, own),
  };
}
