import type { GeneratorOptions } from "../../../demo/generator/world";
import { historyOf, listUsers } from "../../../local/account/services/personalize/recommender/data/corpus";
import type { DataSet } from "../../../local/account/services/personalize/recommender/data/data-set";
import { foldsOf } from "../../../local/account/services/personalize/recommender/data/split";
import { selectBest } from "../../../local/account/services/personalize/recommender/data/top";
import { computeNdcg } from "../../../local/account/services/personalize/recommender/measure/metrics";
import type { Peer } from "../../../local/account/services/personalize/recommender/measure/peers";
import { generatedSet } from "./data";

/** Seconds: a visitor's sessions are at least this far apart (demo/generator/visitor.ts). */
const sessionGap = 1800;

/**
 * NDCG@10 for the next other item of the same session, given only the current item: what an
 * item-to-item recipe can know.
 */
export function evaluateNextItem(
  options: GeneratorOptions,
  peers: Readonly<Record<string, Peer>>,
): Record<string, number[]> {
  const set = generatedSet("visitors", options);
  const folds = foldsOf(set.corpus.userIds, 7);
  const users = listUsers(set.corpus);
  const training = users.filter((user) => folds[user] !== 0);
  const pairs = listNextItems(
    set,
    users.filter((user) => folds[user] === 0),
  );
  const judge = (score: (item: number) => Float64Array): number[] => {
    const lists = new Map<number, number[]>();
    return pairs.map(([item, next]) => {
      const list = lists.get(item) ?? selectBest(score(item), 10, (other) => other !== item);
      lists.set(item, list);
      return computeNdcg({ list, truth: new Set([next]) }, 10);
    });
  };
  return Object.fromEntries(
    Object.entries(peers).map(([name, peer]) => {
      const score = peer(set, training);
      return [name, judge((item) => score(Int32Array.of(item)))];
    }),
  );
}

function listNextItems({ corpus }: DataSet, users: Int32Array): (readonly [number, number])[] {
  return [...users].flatMap((user) => {
    const events = [...historyOf(corpus, user)];
    const timeOf = (p: number) => corpus.times[(corpus.start[user] ?? 0) + p] ?? 0;
    return events.flatMap((next, p) => {
      const item = events[p - 1];
      return item === undefined || item === next || timeOf(p) - timeOf(p - 1) >= sessionGap
        ? []
        : [[item, next] as const];
    });
  });
}
