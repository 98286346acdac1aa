import type { Column } from "../data/columns";
import type { Corpus } from "../data/corpus";
import { ValueAffinity } from "./affinity";
import { type Evidence, historyLimit, normalise, weighEvents } from "./evidence";
import { countFollows, type FollowedColumn } from "./follows";
import { indexHistories } from "./histories";
import { findNear, findNearest, type Nearest } from "./nearest";

/** A fitted model of the next item: what it remembers of users and items, and how much each of its parts counts. */
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

/** The facts in a history that the parts of a mixture look at. */
interface Clues {
  /** The items near the user's, newer ones more. */
  readonly near: Evidence;
  /** The user's items by all events, and by the newest ones. */
  readonly own: Evidence;
  readonly recent: Evidence;
  readonly newest: Evidence;
}

/** The parts of a mixture: each fills in the probabilities of all items. */
const parts = {
  "near items": ({ near }, _, out) => fillShares(near, out),
  "own items": ({ newest }, _, out) => fillShares(newest, out),
  "own values": ({ own }, model, out) => model.affinity.predictAlike(own, out),
  "values that follow": ({ recent }, model, out) => model.affinity.predictFollowing(recent, out),
  popularity: (_, model, out) => out.set(model.popularity),
} satisfies Record<string, (clues: Clues, model: Predictor, out: Float64Array) => void>;

export const partNames = Object.keys(parts);

/** The events after which an event counts half: people come back to what they saw last, and their tastes last longer. */
const halfLives = { newest: 2, near: 3, recent: 5 } as const;

/** Predicts the next item after one history at a time; its arrays are made once per version. */
class Predictor {
  /** Each item's share of all choices, with one more for each. */
  readonly popularity: Float64Array;
  readonly affinity: ValueAffinity;
  readonly #mixture: Mixture;
  readonly #sums: Float64Array;
  readonly #predictions: readonly Float64Array[];

  constructor(mixture: Mixture) {
    const { counts, columns } = mixture;
    this.popularity = counts.map((count) => count + 1);
    normalise(this.popularity);
    this.affinity = new ValueAffinity(columns, counts);
    this.#mixture = mixture;
    this.#sums = new Float64Array(counts.length);
    this.#predictions = partNames.map(() => new Float64Array(this.popularity.length));
  }

  /** Returns the probabilities of all items by each part; valid until the next history, which is not empty. */
  predictByPart(history: ArrayLike<number>): readonly Float64Array[] {
    const { recency, nearest } = this.#mixture;
    const weigh = (halfLife: number) => weighEvents(history, recency ? halfLife : Number.POSITIVE_INFINITY);
    const clues: Clues = {
      near: findNear(nearest, weigh(halfLives.near), this.#sums),
      own: weigh(Number.POSITIVE_INFINITY),
      recent: weigh(halfLives.recent),
      newest: weigh(halfLives.newest),
    };
    Object.values(parts).forEach((part, k) => {
      part(clues, this, this.#predictions[k] ?? this.popularity);
    });
    return this.#predictions;
  }

  predict(history: ArrayLike<number>): Float64Array {
    const { weights } = this.#mixture;
    const probabilities = new Float64Array(this.popularity.length);
    this.predictByPart(history).forEach((prediction, k) => {
      const weight = weights[k] ?? 0;
      for (let item = 0; item < probabilities.length; item++) {
        probabilities[item] = (probabilities[item] ?? 0) + weight * (prediction[item] ?? 0);
      }
    });
    // Where no item is near, the other parts share the weight.
    normalise(probabilities);
    return probabilities;
  }
}

/** Each item's share of the total; without evidence there are none. */
function fillShares({ items, amounts, total }: Evidence, out: Float64Array): void {
  out.fill(0);
  for (let k = 0; k < items.length; k++) out[items[k] ?? 0] = (amounts[k] ?? 0) / total;
}

const predictors = new WeakMap<Mixture, Predictor>();

function predictorOf(mixture: Mixture): Predictor {
  const predictor = predictors.get(mixture) ?? new Predictor(mixture);
  predictors.set(mixture, predictor);
  return predictor;
}

/**
 * Computes the probability of every item as the next one after a history of item indices, oldest first. Without a history
 * it is the item's popularity.
 */
export function predictNext(mixture: Mixture, history: Int32Array | readonly number[]): Float64Array {
  const predictor = predictorOf(mixture);
  return history.length === 0 ? predictor.popularity : predictor.predict(history.slice(-historyLimit));
}

/** Computes the same by each part of the mixture, for a history with an event; valid until the next call. */
export const predictByPart = (mixture: Mixture, history: Int32Array): readonly Float64Array[] =>
  predictorOf(mixture).predictByPart(history);
