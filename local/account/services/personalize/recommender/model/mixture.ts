import type { Column } from "../data/columns";
import type { Corpus } from "../data/corpus";
import { ValueAffinity } from "./affinity";
import { createSums, type Evidence, historyLimit, normalise, type Sums, weighEvents } from "./evidence";
import { countFollows, type FollowedColumn } from "./follows";
import { indexHistories } from "./histories";
import { findNear, findNearest, type Nearest } from "./nearest";

/**
 * A fitted model of the next item: what it remembers of users and items, and how much each of its
 * parts counts.
 */
export interface Mixture {
  readonly family: "mixture";
  readonly nearest: Nearest;
  /** Distinct users per item. */
  readonly counts: Float64Array;
  readonly columns: readonly FollowedColumn[];
  /** True if newer events count more. */
  readonly recency: boolean;
  /** Weights of the parts, in the order of `partNames`; the sum is 1. */
  readonly weights: Float64Array;
}

/** Fits the parts on the histories of the given users, with weights that come from elsewhere. */
export function fitMixture(
  corpus: Corpus,
  users: Int32Array,
  columns: readonly Column[],
  { recency, weights }: Pick<Mixture, "recency" | "weights">,
): Mixture {
  const histories = indexHistories(corpus, users);
  return {
    family: "mixture",
    nearest: findNearest(histories),
    counts: histories.counts,
    columns: columns.map((column) => ({ column, follows: countFollows(corpus, users, column) })),
    recency,
    weights,
  };
}

/** Weighs the events of a history by a half-life. */
type Weigh = (halfLife: number) => Evidence;

/**
 * The parts of a mixture: each adds its probabilities of the items, times a weight. Their
 * half-lives differ: people come back to what they saw last, and their tastes last longer.
 */
const parts = {
  "near items": (weigh, { nearest, sums }, out, weight) => addShares(findNear(nearest, weigh(3), sums), out, weight),
  "newest own items": (weigh, _, out, weight) => addShares(weigh(2), out, weight),
  "own items": (weigh, _, out, weight) => addShares(weigh(Number.POSITIVE_INFINITY), out, weight),
  "own values": (weigh, { affinity }, out, weight) =>
    addAll(affinity.predictAlike(weigh(Number.POSITIVE_INFINITY)), out, weight),
  "values that follow": (weigh, { affinity }, out, weight) => addAll(affinity.predictFollowing(weigh(5)), out, weight),
} satisfies Record<string, (weigh: Weigh, model: Predictor, out: Float64Array, weight: number) => void>;

export const partNames = Object.keys(parts);

/** Predicts the next item after one history at a time. */
export class Predictor {
  /** Each item's share of all choices, with one more for each. */
  readonly popularity: Float64Array;
  readonly affinity: ValueAffinity;
  readonly nearest: Nearest;
  readonly sums: Sums;
  readonly #mixture: Mixture;
  readonly #ofOnePart: Float64Array;

  constructor(mixture: Mixture) {
    const { counts, columns, nearest } = mixture;
    this.popularity = counts.map((count) => count + 1);
    normalise(this.popularity);
    this.affinity = new ValueAffinity(columns, counts);
    this.nearest = nearest;
    this.sums = createSums(counts.length);
    this.#mixture = mixture;
    this.#ofOnePart = new Float64Array(counts.length);
  }

  /** Computes the probability of one item by each part, after a history with an event. */
  explain(history: ArrayLike<number>, item: number): number[] {
    return partNames.map((_, k) => {
      this.#add(history, (part) => (part === k ? 1 : 0), this.#ofOnePart.fill(0));
      return this.#ofOnePart[item] ?? 0;
    });
  }

  /** Computes the probabilities of all items after a history with an event. */
  predict(history: ArrayLike<number>): Float64Array {
    const probabilities = new Float64Array(this.popularity.length);
    this.#add(history, (part) => this.#mixture.weights[part] ?? 0, probabilities);
    // Where no item is near, the other parts share the weight.
    normalise(probabilities);
    return probabilities;
  }

  #add(history: ArrayLike<number>, weightOf: (part: number) => number, out: Float64Array): void {
    const { recency } = this.#mixture;
    const weigh = (halfLife: number) => weighEvents(history, recency ? halfLife : Number.POSITIVE_INFINITY);
    Object.values(parts).forEach((part, k) => {
      if (weightOf(k) > 0) part(weigh, this, out, weightOf(k));
    });
  }
}

/** Adds each item's share of the total; without evidence there are none. */
function addShares({ items, amounts, total }: Evidence, out: Float64Array, weight: number): void {
  for (let k = 0; k < items.length; k++) {
    const item = items[k] ?? 0;
    out[item] = (out[item] ?? 0) + ((amounts[k] ?? 0) * weight) / total;
  }
}

function addAll(probabilities: Float64Array, out: Float64Array, weight: number): void {
  for (let item = 0; item < out.length; item++) out[item] = (out[item] ?? 0) + weight * (probabilities[item] ?? 0);
}

const predictors = new WeakMap<Mixture, Predictor>();

function predictorOf(mixture: Mixture): Predictor {
  const predictor = predictors.get(mixture) ?? new Predictor(mixture);
  predictors.set(mixture, predictor);
  return predictor;
}

/**
 * Computes the probability of every item as the next one after a history of item indices, oldest
 * first. Without a history it is the item's popularity.
 */
export function predictNext(mixture: Mixture, history: Int32Array | readonly number[]): Float64Array {
  const predictor = predictorOf(mixture);
  return history.length === 0 ? predictor.popularity : predictor.predict(history.slice(-historyLimit));
}
