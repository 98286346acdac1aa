import type { Column } from "./columns";
import { halfLives, logAffinity, logFloor, logFollows, logPopularity } from "./features";
import type { BlendInside } from "./trained";

/** The weights of a blend by what they weigh, in the order of `computeFeatures`. */
export interface NamedWeights {
  readonly popularity: number;
  readonly ridge: readonly RidgeWeights[];
  readonly transition: number;
  readonly repeat: number;
  readonly repeatRecency: number;
}

/** Of the ridge's scores with one half-life. */
export interface RidgeWeights {
  readonly life: number;
  /** Of the score itself. */
  readonly score: number;
  /** Of its logarithm. */
  readonly log: number;
}

/** The part of the utilities that depends on the items alone. */
export interface ItemTerms {
  readonly weights: NamedWeights;
  /** By item: popularity, and the logarithm of a ridge score of 0. */
  readonly base: Float64Array;
  /** exp(base), at most 1. */
  readonly factors: Float64Array;
  /** The columns with a weight. */
  readonly columns: readonly ColumnTerms[];
}

/** How one column contributes to the utilities. Items with the same values form a class: they get the same amount. */
export interface ColumnTerms {
  readonly classOf: Int32Array;
  /** By class, the weighted sum of the column's features. */
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
  const lives = halfLives(recency);
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
  const top = largest(base);
  const columnWeights = (column: number, kind: 0 | 1) =>
    lives.attributes.map((life, k) => ({
      life,
      weight: at(after + 3 + (kind * items.columns.length + column) * lives.attributes.length + k),
    }));
  const columns = items.columns.flatMap((column, g) => {
    const kernel = items.kernels[g] ?? new Float64Array(0);
    return columnTerms(column, kernel, columnWeights(g, 0), columnWeights(g, 1)) ?? [];
  });
  return { weights, base, factors: base.map((value) => Math.exp(value - top)), columns };
}

type LifeWeights = readonly { readonly life: number; readonly weight: number }[];

/** Undefined for a column without a weight. */
function columnTerms(
  column: Column,
  kernel: Float64Array,
  affinity: LifeWeights,
  follows: LifeWeights,
): ColumnTerms | undefined {
  const isUsed = ({ weight }: { weight: number }) => weight !== 0;
  if (!affinity.some(isUsed) && !follows.some(isUsed)) return undefined;
  const { classOf, average } = classesOf(column);
  return {
    classOf,
    amounts(history) {
      const byValue = new Float64Array(column.values.length);
      const add = (weight: number, feature: Float64Array) => {
        for (let value = 0; value < byValue.length; value++)
          byValue[value] = (byValue[value] ?? 0) + weight * (feature[value] ?? 0);
      };
      for (const { life, weight } of affinity.filter(isUsed)) add(weight, logAffinity(column, history, life));
      for (const { life, weight } of follows.filter(isUsed)) add(weight, logFollows(column, kernel, history, life));
      return average(byValue);
    },
  };
}

/** Which items have the same values of a column, and what each class makes of figures by value: their mean. */
function classesOf({ start, codes }: Column): {
  classOf: Int32Array;
  average: (byValue: Float64Array) => Float64Array;
} {
  const items = start.length - 1;
  if (codes.length === items) return { classOf: codes, average: (byValue) => byValue };
  const numbers = new Map<string, number>();
  const classes: Int32Array[] = [];
  const classOf = Int32Array.from({ length: items }, (_, item) => {
    const own = codes.slice(start[item], start[item + 1]).sort();
    const key = own.join();
    const number = numbers.get(key) ?? classes.push(own) - 1;
    numbers.set(key, number);
    return number;
  });
  const average = (byValue: Float64Array) =>
    Float64Array.from(classes, (own) => own.reduce((sum, value) => sum + (byValue[value] ?? 0), 0) / own.length);
  return { classOf, average };
}

/** The largest of some numbers. */
export function largest(values: Float64Array): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (value > top) top = value;
  }
  return top;
}
