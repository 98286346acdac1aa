/**
 * The recommender without any shortcut, as a reference: every feature of every item, a full softmax, a full sort, and
 * exploration with its facts looked up item by item.
 */

import { stream } from "../../../account/aws/random.ts";
import type { BlendInside } from "../../../account/services/personalize/recommender/serving/trained.ts";
import {
  chooseHalfLives,
  computeFeatures,
  historyLimit,
  listFeatureNames,
} from "../../../account/services/personalize/recommender/stage2/features.ts";

export interface PlainExploration {
  readonly weight: number;
  readonly ageCutOffDays: number;
  readonly seed: string;
  /** Days, by item index; undefined: never explored. */
  readonly age: (index: number) => number | undefined;
  readonly exposure: (index: number) => number;
}

export function computePlainUtilities(
  { items, weights, recency }: BlendInside,
  history: readonly number[],
): Float64Array {
  const { counts } = items;
  if (history.length === 0) return counts.map((count) => Math.log(1 + count));
  const lives = chooseHalfLives(recency);
  const names = listFeatureNames(items.columns, lives);
  const features = new Float64Array(names.length * counts.length);
  computeFeatures(items, history.slice(-historyLimit), lives, features);
  return counts.map((_, j) =>
    names.reduce((sum, _name, k) => sum + (weights[k] ?? 0) * (features[k * counts.length + j] ?? 0), 0),
  );
}

export function computePlainSoftmax(values: Float64Array): Float64Array {
  const top = Math.max(...values);
  const exponentials = values.map((value) => Math.exp(value - top));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / sum);
}

const sorted = (values: Float64Array, keep: (index: number) => boolean): number[] =>
  [...values.keys()].filter(keep).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b);

/** The indices of the list, in order. */
export function listPlain(
  shares: Float64Array,
  numResults: number,
  keep: (index: number) => boolean,
  exploration?: PlainExploration,
): number[] {
  const known = sorted(shares, keep);
  if (!exploration || exploration.weight <= 0) return known.slice(0, numResults);
  const { weight, ageCutOffDays, seed, age, exposure } = exploration;
  const mean = shares.reduce((sum, _, index) => sum + exposure(index), 0) / shares.length;
  const boosted = shares.map((share, index) => share * (1 + mean / (1 + exposure(index))));
  const fresh = sorted(boosted, (index) => keep(index) && (age(index) ?? Number.POSITIVE_INFINITY) <= ageCutOffDays);
  const random = stream(`explore/${seed}`);
  const list: number[] = [];
  const nextOf = (candidates: readonly number[]) => candidates.find((index) => !list.includes(index));
  while (list.length < numResults) {
    const index = (random.u() < weight ? nextOf(fresh) : undefined) ?? nextOf(known);
    if (index === undefined) break;
    list.push(index);
  }
  return list;
}
