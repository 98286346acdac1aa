import { listUsers } from "../../local/account/services/personalize/recommender/data/corpus";
import { foldsOf, queriesOf } from "../../local/account/services/personalize/recommender/data/split";
import { selectBest } from "../../local/account/services/personalize/recommender/data/top";
import {
  computeCoverage,
  computeNdcg,
  computePrecision,
  computeReciprocalRank,
  type Judged,
  listLength,
} from "../../local/account/services/personalize/recommender/measure/metrics";
import type { DataSet } from "./data-set";
import type { Peer } from "./peers";

const splitSeed = 7;

/** One model's metrics for each query, in the same order for all models of a data set. */
export type Figures = Readonly<ReturnType<typeof figuresOf>>;

/** Evaluates the users of each fold, or of the first `asked` folds, with a model that was fitted on the nine other folds. */
export function tenFolds(
  set: DataSet,
  peers: Readonly<Record<string, Peer>>,
  onFold: (fold: number) => void = () => {},
  asked = 10,
): Record<string, Figures> {
  const judged = new Map<string, Judged[][]>();
  const folds = foldsOf(set.corpus.userIds, splitSeed);
  const users = listUsers(set.corpus);
  for (let fold = 0; fold < asked; fold++) {
    onFold(fold);
    const training = users.filter((user) => folds[user] !== fold);
    const tested = users.filter((user) => folds[user] === fold);
    const queries = queriesOf(set.corpus, tested);
    const judge = (name: string, listOf: (query: (typeof queries)[number]) => readonly number[]) => {
      const lists = queries.map((query) => ({ truth: query.truth, list: listOf(query) }));
      judged.set(name, [...(judged.get(name) ?? []), lists]);
    };
    for (const [name, peer] of Object.entries(peers)) {
      const score = peer(set, training);
      judge(name, ({ history }) => selectBest(score(history), listLength));
    }
    const { oracle } = set;
    if (oracle) judge("oracle", ({ user }) => oracle(user));
  }
  const items = set.corpus.itemIds.length;
  return Object.fromEntries([...judged].map(([name, perFold]) => [name, figuresOf(perFold, items)]));
}

export function figuresOf(perFold: readonly (readonly Judged[])[], items: number) {
  const all = perFold.flat();
  return {
    ndcg5: all.map((one) => computeNdcg(one, 5)),
    ndcg10: all.map((one) => computeNdcg(one, 10)),
    ndcg25: all.map((one) => computeNdcg(one, 25)),
    reciprocalRank: all.map(computeReciprocalRank),
    precision25: all.map((one) => computePrecision(one, 25)),
    /** Mean over the folds. */
    coverage: mean(perFold.map((fold) => computeCoverage(fold, items))),
  };
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export function standardError(values: readonly number[]): number {
  const centre = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance / values.length);
}

/** Mean difference over the same queries, and its standard error. */
export function compareQueries(a: readonly number[], b: readonly number[]): { difference: number; error: number } {
  const differences = a.map((value, query) => value - (b[query] ?? 0));
  return { difference: mean(differences), error: standardError(differences) };
}
