import type { Column } from "../data/columns";
import { chooseHalfLives, logAffinity, logFloor, logFollows, logPopularity } from "../stage2/features";
import type { BlendInside } from "./trained";

/** The weights of a blend by what they weigh, in the order of `computeFeatures`. */
export interface NamedWeights {
  readonly popularity: number;
  readonly ridge: readonly RidgeWeights[];
  readonly transition: number;
  readonly repeat: number;
  readonly repeatRecency: number;
}

/** The weights of the ridge's scores with one half-life. */
export interface RidgeWeights {
  readonly life: number;
  /** The weight of the score itself. */
  readonly score: number;
  /** The weight of its logarithm. */
  readonly log: number;
}

/** The part of the utilities that depends on the items alone. */
export interface ItemTerms {
  readonly weights: NamedWeights;
  /** Each item's popularity, and the logarithm of a ridge score of 0. */
  readonly base: Float64Array;
  /** exp(base), at most 1. */
  readonly factors: Float64Array;
  /** Items with the same values in all columns that have a weight are one class; this is by item. */
  readonly classOf: Int32Array;
  readonly classes: number;
  readonly columns: readonly ColumnTerms[];
}

/** The terms that one column adds to the utilities. */
interface ColumnTerms {
  /** The set of values of each class of items. */
  readonly setOf: Int32Array;
  /** Returns the weighted sum of the column's features for each set of values. */
  amounts(history: ArrayLike<number>): Float64Array;
}

const known = new WeakMap<BlendInside, ItemTerms>();

/** Computed once per version. */
export function itemTermsOf(inside: BlendInside): ItemTerms {
  const terms = known.get(inside) ?? computeItemTerms(inside);
  known.set(inside, terms);
  return terms;
}

function computeItemTerms({ items, weights: all, recency }: BlendInside): ItemTerms {
  const lives = chooseHalfLives(recency);
  const at = (index: number) => all[index] ?? 0;
  const after = 1 + 2 * lives.ridge.length;
  const weights = {
    popularity: at(0),
    ridge: lives.ridge
      .map((life, k) => ({ life, score: at(1 + k), log: at(1 + lives.ridge.length + k) }))
      .filter(({ score, log }) => score !== 0 || log !== 0),
    transition: at(after),
    repeat: at(after + 1),
    repeatRecency: at(after + 2),
  };
  const floor = weights.ridge.reduce((sum, { log }) => sum + log * logFloor, 0);
  const base = logPopularity(items.counts).map((popularity) => weights.popularity * popularity + floor);
  const top = findLargest(base);
  const columnWeights = (column: number, kind: 0 | 1) =>
    lives.attributes
      .map((life, k) => ({
        life,
        weight: at(after + 3 + (kind * items.columns.length + column) * lives.attributes.length + k),
      }))
      .filter(({ weight }) => weight !== 0);
  const used = items.columns
    .map((column, g) => ({
      column,
      kernel: items.kernels[g] ?? new Float64Array(0),
      affinity: columnWeights(g, 0),
      follows: columnWeights(g, 1),
    }))
    .filter(({ affinity, follows }) => affinity.length + follows.length > 0);
  return { weights, base, factors: base.map((value) => Math.exp(value - top)), ...classify(used, base.length) };
}

/** A column with its weights, those of 0 left out. */
interface WeighedColumn {
  readonly column: Column;
  readonly kernel: Float64Array;
  readonly affinity: LifeWeights;
  readonly follows: LifeWeights;
}
type LifeWeights = readonly { readonly life: number; readonly weight: number }[];

function classify(
  columns: readonly WeighedColumn[],
  items: number,
): Pick<ItemTerms, "classOf" | "classes" | "columns"> {
  const bySets = columns.map(({ column }) => groupValueSets(column));
  const joint = numberKeys(items, (item) => bySets.map(({ setOf }) => setOf[item]).join());
  return {
    classOf: joint.numberOf,
    classes: joint.first.length,
    columns: columns.map((column, g) => {
      const { setOf, sets } = bySets[g] ?? groupValueSets(column.column);
      return {
        setOf: joint.first.map((item) => setOf[item] ?? 0),
        amounts: (history) => averageSets(sets, sumByValue(column, history)),
      };
    }),
  };
}

function sumByValue({ column, kernel, affinity, follows }: WeighedColumn, history: ArrayLike<number>): Float64Array {
  const amounts = new Float64Array(column.values.length);
  const add = (weight: number, feature: Float64Array) => {
    for (let value = 0; value < amounts.length; value++) {
      amounts[value] = (amounts[value] ?? 0) + weight * (feature[value] ?? 0);
    }
  };
  for (const { life, weight } of affinity) add(weight, logAffinity(column, history, life));
  for (const { life, weight } of follows) add(weight, logFollows(column, kernel, history, life));
  return amounts;
}

/** The distinct sets of values that items have. Set s has the values from `start[s]` to `start[s + 1]`. */
function groupValueSets({ start, codes }: Column): { setOf: Int32Array; sets: Sets } {
  const valuesOf = (item: number) => codes.slice(start[item], start[item + 1]).sort();
  const { numberOf, first } = numberKeys(start.length - 1, (item) => valuesOf(item).join());
  const sets = Array.from(first, valuesOf);
  const ends = new Int32Array(sets.length + 1);
  sets.forEach((values, s) => {
    ends[s + 1] = (ends[s] ?? 0) + values.length;
  });
  return { setOf: numberOf, sets: { start: ends, values: Int32Array.from(sets.flatMap((values) => [...values])) } };
}

interface Sets {
  readonly start: Int32Array;
  readonly values: Int32Array;
}

/** An item with several values gets the mean of their amounts. */
function averageSets({ start, values }: Sets, byValue: Float64Array): Float64Array {
  const means = new Float64Array(start.length - 1);
  for (let s = 0; s < means.length; s++) {
    const from = start[s] ?? 0;
    const to = start[s + 1] ?? 0;
    let sum = 0;
    for (let k = from; k < to; k++) sum += byValue[values[k] ?? 0] ?? 0;
    means[s] = sum / (to - from);
  }
  return means;
}

/** Numbers the distinct keys of some items; `first` has the first item of each. */
function numberKeys(items: number, keyOf: (item: number) => string): { numberOf: Int32Array; first: Int32Array } {
  const numbers = new Map<string, number>();
  const first: number[] = [];
  const numberOf = Int32Array.from({ length: items }, (_, item) => {
    const key = keyOf(item);
    const number = numbers.get(key) ?? first.push(item) - 1;
    numbers.set(key, number);
    return number;
  });
  return { numberOf, first: Int32Array.from(first) };
}

/** The largest of some numbers. */
export function findLargest(values: Float64Array): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (value > top) top = value;
  }
  return top;
}
