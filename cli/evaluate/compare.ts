import { countsOf, listUsers } from "../../local/account/services/personalize/recommender/data/corpus";
import { foldsOf, queriesOf } from "../../local/account/services/personalize/recommender/data/split";
import { selectBest } from "../../local/account/services/personalize/recommender/data/top";
import {
  computeNdcg,
  type Judged,
  listLength,
} from "../../local/account/services/personalize/recommender/measure/metrics";
import { fitMixture, predictNext } from "../../local/account/services/personalize/recommender/model/mixture";
import { fitWeights } from "../../local/account/services/personalize/recommender/model/weights";
import type { DataSet } from "./own-data";

/** Fits a model on some users of a data set and returns a function that scores all items for a history. */
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
 * Each model's lists for the users of each fold, by a model that was fitted on the nine other folds. With `enough` queries
 * it stops. One list of folds for each model, over the same queries.
 */
export function judgeFolds<Name extends string>(
  set: DataSet,
  peers: Readonly<Record<Name, Peer>>,
  enough = Number.POSITIVE_INFINITY,
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
      judged[name].push(queries.map((query) => ({ ...query, list: selectBest(score(query.history), listLength) })));
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

type Comparison = ReturnType<typeof compareQueries>;

/** Mean difference over the same queries, and its standard error. */
function compareQueries(a: readonly number[], b: readonly number[]) {
  const differences = a.map((value, query) => value - (b[query] ?? 0));
  return { difference: mean(differences), error: standardError(differences) };
}

/** Enough for a standard error of about .008. */
const enoughQueries = 2000;

/** Compares the model with two that need no training. Returns a line for each, and the verdict in words. */
export function compareModels(set: DataSet): { figures: string[]; verdict: string } {
  const judged = judgeFolds(set, { popularity, "own history": ownHistory, model }, enoughQueries);
  const [popular = [], own = [], trained = []] = Object.values(judged).map((folds) =>
    folds.flat().map((one) => computeNdcg(one, 10)),
  );
  const figures = [popular, own, trained].map(
    (values, k) => `${Object.keys(judged)[k]?.padEnd(12)}  ${interval(mean(values), standardError(values))}`,
  );
  return { figures, verdict: judgeModel(compareQueries(trained, popular), compareQueries(trained, own)) };
}

function judgeModel(overPopularity: Comparison, overOwn: Comparison): string {
  const isBetter = ({ difference, error }: Comparison) => difference > 2 * error;
  if (!isBetter(overPopularity)) {
    return "No skill found: the difference from popularity can be chance. Do not pay for a training on these data; look for missing events, wrong times or mixed-up ids first.";
  }
  const found = `Skill found: the users' past events predict their next choices better than popularity does, by ${interval(overPopularity.difference, overPopularity.error)}.`;
  return isBetter(overOwn) ? found : `${found} But so does a list of each user's own items: they mostly come back.`;
}

/** A value with half a 95 % confidence interval. */
const interval = (value: number, error: number): string => `${value.toFixed(3)} ± ${(1.96 * error).toFixed(3)}`;
