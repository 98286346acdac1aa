import type { Column } from "../data/columns";
import type { ItemModel } from "../stage1/item-model";
import { addRows } from "../stage1/ridge";

/** The half-lives, in events, by which older events count less; Infinity: all alike. */
export interface HalfLives {
  readonly ridge: readonly number[];
  readonly attributes: readonly number[];
}

/** With or without recency (`recency_mask`, `apply_recency_bias`). */
export function chooseHalfLives(recency: boolean): HalfLives {
  return recency
    ? { ridge: [Number.POSITIVE_INFINITY, 2, 8], attributes: [Number.POSITIVE_INFINITY, 2] }
    : { ridge: [Number.POSITIVE_INFINITY], attributes: [Number.POSITIVE_INFINITY] };
}

/** The number of newest events that are a history. */
export const historyLimit = 200;

/** The names of the features in the order of `computeFeatures`. */
export function listFeatureNames(columns: readonly Column[], lives: HalfLives): string[] {
  const perColumn = (kind: string) =>
    columns.flatMap((column) => lives.attributes.map((life) => `${kind}/${column.name}/${life}`));
  return [
    "popularity",
    ...lives.ridge.map((life) => `ridge/${life}`),
    ...lives.ridge.map((life) => `logRidge/${life}`),
    "transition",
    "repeat",
    "repeatRecency",
    ...perColumn("affinity"),
    ...perColumn("follows"),
  ];
}

/**
 * The features of all items as candidates after a history of item indices (oldest first, not empty, at most
 * `historyLimit`), feature by feature: feature k of item j is `out[k * items + j]`.
 */
export function computeFeatures(
  model: ItemModel,
  history: ArrayLike<number>,
  lives: HalfLives,
  out: Float64Array,
): void {
  const items = model.counts.length;
  let next = 0;
  const feature = () => out.subarray(next * items, ++next * items);

  feature().set(logPopularity(model.counts));
  const ridges = lives.ridge.map(feature);
  computeRidgeScores(model, history, lives.ridge, ridges);
  for (const scores of ridges) logOfPositive(scores, feature());
  computeTransitionShares(model, history, feature());
  markRepeats(history, feature(), feature());
  for (const column of model.columns) {
    for (const life of lives.attributes) averageValues(column, logAffinity(column, history, life), feature());
  }
  model.columns.forEach((column, g) => {
    for (const life of lives.attributes) {
      averageValues(column, logFollows(column, model.kernels[g] ?? new Float64Array(0), history, life), feature());
    }
  });
}

const logCounts = new WeakMap<Float64Array, Float64Array>();

/** log(1 + users of the item), computed once per model. */
export function logPopularity(counts: Float64Array): Float64Array {
  const known = logCounts.get(counts) ?? counts.map((count) => Math.log(1 + count));
  logCounts.set(counts, known);
  return known;
}

/** The logarithm of a ridge score that is not positive. */
export const logFloor = Math.log(0.01);

/** About half of the ridge's scores are negative: their logarithm is the floor's. */
function logOfPositive(scores: Float64Array, out: Float64Array): void {
  for (let j = 0; j < out.length; j++) {
    const score = scores[j] ?? 0;
    out[j] = score > 0 ? Math.log(0.01 + score) : logFloor;
  }
}

/** Weight of the event at position p of n: halved every `life` events. */
export function weighRecency(position: number, length: number, life: number): number {
  const age = length - 1 - position;
  return powersOf(life)[age] ?? 2 ** (-age / life);
}

const powers = new Map<number, Float64Array>();

/** The weights of the newest events by age, computed once per half-life: a power costs as much as ten products. */
function powersOf(life: number): Float64Array {
  const known = powers.get(life) ?? new Float64Array(historyLimit).map((_, age) => 2 ** (-age / life));
  powers.set(life, known);
  return known;
}

/**
 * One array of scores per half-life: each distinct item counts once, with the weight of its newest event; without recency
 * the sum is damped by √distinct.
 */
function computeRidgeScores(
  model: ItemModel,
  history: ArrayLike<number>,
  lives: readonly number[],
  outs: readonly Float64Array[],
): void {
  for (const scores of outs) scores.fill(0);
  const n = history.length;
  const seen = new Set<number>();
  for (let p = n - 1; p >= 0; p--) {
    const item = history[p] ?? 0;
    if (seen.has(item)) continue;
    seen.add(item);
    addRows(
      model.ridge,
      item,
      lives.map((life) => weighRecency(p, n, life)),
      outs,
    );
  }
  const damping = Math.sqrt(seen.size);
  lives.forEach((life, k) => {
    const scores = outs[k];
    if (life !== Number.POSITIVE_INFINITY || scores === undefined) return;
    for (let j = 0; j < scores.length; j++) scores[j] = (scores[j] ?? 0) / damping;
  });
}

function computeTransitionShares({ transitions }: ItemModel, history: ArrayLike<number>, out: Float64Array): void {
  out.fill(0);
  const last = history[history.length - 1] ?? 0;
  const to = transitions.start[last + 1] ?? 0;
  for (let k = transitions.start[last] ?? 0; k < to; k++) out[transitions.next[k] ?? 0] = transitions.shares[k] ?? 0;
}

function markRepeats(history: ArrayLike<number>, flag: Float64Array, recent: Float64Array): void {
  flag.fill(0);
  recent.fill(0);
  for (let p = 0; p < history.length; p++) {
    const item = history[p] ?? 0;
    flag[item] = 1;
    recent[item] = 0.7 ** (history.length - 1 - p);
  }
}

/** Log share of each value among the history's values; a history item with several values spreads its weight. */
export function logAffinity(column: Column, history: ArrayLike<number>, life: number): Float64Array {
  const size = column.values.length;
  const weights = weighValues(column, history, life);
  const total = weights.reduce((sum, weight) => sum + weight, 0) + 0.5 * size;
  return weights.map((weight) => Math.log((weight + 0.5) / total));
}

/** Log probability of each value as the next one, mixed over the history's values. */
export function logFollows(
  column: Column,
  kernel: Float64Array,
  history: ArrayLike<number>,
  life: number,
): Float64Array {
  const size = column.values.length;
  const weights = weighValues(column, history, life);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mixture = new Float64Array(size);
  for (let from = 0; from < size; from++) {
    const weight = (weights[from] ?? 0) / total;
    if (weight === 0) continue;
    for (let to = 0; to < size; to++) mixture[to] = (mixture[to] ?? 0) + weight * (kernel[from * size + to] ?? 0);
  }
  return mixture.map((probability) => Math.log(1e-4 + probability));
}

function weighValues({ values, start, codes }: Column, history: ArrayLike<number>, life: number): Float64Array {
  const weights = new Float64Array(values.length);
  for (let p = 0; p < history.length; p++) {
    const item = history[p] ?? 0;
    const from = start[item] ?? 0;
    const to = start[item + 1] ?? 0;
    const share = weighRecency(p, history.length, life) / (to - from);
    for (let k = from; k < to; k++) weights[codes[k] ?? 0] = (weights[codes[k] ?? 0] ?? 0) + share;
  }
  return weights;
}

/** An item with several values gets the mean of their figures. */
function averageValues({ start, codes }: Column, byValue: Float64Array, out: Float64Array): void {
  if (codes.length === out.length) {
    for (let item = 0; item < out.length; item++) out[item] = byValue[codes[item] ?? 0] ?? 0;
    return;
  }
  for (let item = 0; item < out.length; item++) {
    const from = start[item] ?? 0;
    const to = start[item + 1] ?? 0;
    let sum = 0;
    for (let k = from; k < to; k++) sum += byValue[codes[k] ?? 0] ?? 0;
    out[item] = sum / (to - from);
  }
}
