import type { Peer } from "../../../cli/evaluate/compare";
import type { DataSet } from "../../../cli/evaluate/own-data";
import { drawSessionChances } from "../../../demo/generator/visitor";
import { defaults, drawWorld, type GeneratorOptions } from "../../../demo/generator/world";
import { stream } from "../../../local/account/aws/random";
import { historyOf, listUsers } from "../../../local/account/services/personalize/recommender/data/corpus";
import { foldsOf } from "../../../local/account/services/personalize/recommender/data/split";
import { selectBest } from "../../../local/account/services/personalize/recommender/data/top";
import { computeNdcg } from "../../../local/account/services/personalize/recommender/measure/metrics";
import { generatedSet, readPets } from "./data";

/** Seconds: a visitor's sessions are at least this far apart (demo/generator/visitor.ts). */
const sessionGap = 1800;

/**
 * NDCG@10 for the next other item of the same session, given only the current item: what an item-to-item recipe can know.
 * The oracle has the true probabilities, averaged over all visitors who may be looking at the item.
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
  const figures = Object.entries(peers).map(([name, peer]) => {
    const score = peer(set, training);
    return [name, judge((item) => score(Int32Array.of(item)))] as const;
  });
  return { ...Object.fromEntries(figures), oracle: judge(createItemOracle(options)) };
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

/** P(next | item) is in proportion to the sum over sessions of P(item) · P(next); sessions are drawn. */
function createItemOracle(options: GeneratorOptions, sessions = 2500): (item: number) => Float64Array {
  const complete = { ...defaults, ...options };
  const world = drawWorld(readPets(), complete);
  const items = world.items.length;
  const joint = new Float64Array(items * items);
  const random = stream("bench/item oracle");
  for (let drawn = 0; drawn < sessions; drawn++) {
    const chances = drawSessionChances(random, world, complete);
    for (let i = 0; i < items; i++) {
      const chance = chances[i] ?? 0;
      for (let j = 0; j <= i; j++) joint[i * items + j] = (joint[i * items + j] ?? 0) + chance * (chances[j] ?? 0);
    }
  }
  return (item) =>
    Float64Array.from({ length: items }, (_, j) => joint[Math.max(item, j) * items + Math.min(item, j)] ?? 0);
}
