import { logFloor, recency } from "./features";
import type { ItemModel } from "./item-model";
import type { NamedWeights, RidgeWeights } from "./item-terms";
import { addRows } from "./ridge";

/**
 * What a history adds to the utilities of single items: the ridge's scores, transitions from the newest event, repeats.
 * Both lists are good until the next history.
 */
export interface EventTerms {
  readonly items: Int32Array;
  /** By position in `items`. */
  readonly amounts: Float64Array;
}

/** Adds up the terms of one history after another; one at a time, so that the arrays are made once per version. */
export class EventTermSums {
  readonly #model: ItemModel;
  readonly #weights: NamedWeights;
  /** By half-life the ridge's scores of all items; 0 between two histories. */
  readonly #scores: readonly Float64Array[];
  /** By item; 0 between two histories. */
  readonly #others: Float64Array;
  readonly #isTouched: Uint8Array;
  readonly #items: Int32Array;
  readonly #amounts: Float64Array;
  #count = 0;

  constructor(model: ItemModel, weights: NamedWeights) {
    const items = model.counts.length;
    this.#model = model;
    this.#weights = weights;
    this.#scores = weights.ridge.map(() => new Float64Array(items));
    this.#others = new Float64Array(items);
    this.#isTouched = new Uint8Array(items);
    this.#items = new Int32Array(items);
    this.#amounts = new Float64Array(items);
  }

  /** `history`: item indices, oldest first, not empty. */
  of(history: ArrayLike<number>): EventTerms {
    this.#count = 0;
    const distinct = this.#addRidge(history);
    this.#addTransitions(history);
    this.#addRepeats(history);
    this.#finish(Math.sqrt(distinct));
    return { items: this.#items.subarray(0, this.#count), amounts: this.#amounts.subarray(0, this.#count) };
  }

  #touch(item: number): void {
    if (this.#isTouched[item] === 1) return;
    this.#isTouched[item] = 1;
    this.#items[this.#count++] = item;
  }

  /** Each distinct item counts once, with the weight of its newest event. Returns how many there are. */
  #addRidge(history: ArrayLike<number>): number {
    const { ridge } = this.#model;
    const lives = this.#weights.ridge.map(({ life }) => life);
    const seen = new Set<number>();
    for (let p = history.length - 1; p >= 0; p--) {
      const item = history[p] ?? 0;
      if (seen.has(item)) continue;
      seen.add(item);
      addRows(
        ridge,
        item,
        lives.map((life) => recency(p, history.length, life)),
        this.#scores,
      );
      if (ridge.kind === "dense") continue;
      const to = ridge.start[item + 1] ?? 0;
      for (let k = ridge.start[item] ?? 0; k < to; k++) this.#touch(ridge.candidates[k] ?? 0);
    }
    if (ridge.kind === "dense") for (let item = 0; item < ridge.items; item++) this.#touch(item);
    return seen.size;
  }

  #addTransitions(history: ArrayLike<number>): void {
    if (this.#weights.transition === 0) return;
    const { start, next, shares } = this.#model.transitions;
    const last = history[history.length - 1] ?? 0;
    const to = start[last + 1] ?? 0;
    for (let k = start[last] ?? 0; k < to; k++) this.#add(next[k] ?? 0, this.#weights.transition * (shares[k] ?? 0));
  }

  #addRepeats(history: ArrayLike<number>): void {
    if (this.#weights.repeat === 0 && this.#weights.repeatRecency === 0) return;
    const seen = new Set<number>();
    for (let p = history.length - 1; p >= 0; p--) {
      const item = history[p] ?? 0;
      if (seen.has(item)) continue;
      seen.add(item);
      const newest = 0.7 ** (history.length - 1 - p);
      this.#add(item, this.#weights.repeat + this.#weights.repeatRecency * newest);
    }
  }

  #add(item: number, amount: number): void {
    this.#touch(item);
    this.#others[item] = (this.#others[item] ?? 0) + amount;
  }

  /** Turns the sums into amounts and sets them back to 0. */
  #finish(damping: number): void {
    for (let at = 0; at < this.#count; at++) {
      const item = this.#items[at] ?? 0;
      this.#amounts[at] = this.#others[item] ?? 0;
      this.#others[item] = 0;
      this.#isTouched[item] = 0;
    }
    this.#scores.forEach((scores, k) => {
      const weights = this.#weights.ridge[k];
      if (weights) this.#weigh(scores, weights, damping);
    });
  }

  /** Without recency the ridge's sum is damped by √distinct. */
  #weigh(scores: Float64Array, { life, score: weight, log }: RidgeWeights, damping: number): void {
    const divisor = life === Number.POSITIVE_INFINITY ? damping : 1;
    const [items, amounts, count] = [this.#items, this.#amounts, this.#count];
    for (let at = 0; at < count; at++) {
      const item = items[at] ?? 0;
      const score = (scores[item] ?? 0) / divisor;
      scores[item] = 0;
      // The floor is part of the item's own terms. About half of the scores are negative.
      const above = log !== 0 && score > 0 ? Math.log(0.01 + score) - logFloor : 0;
      amounts[at] = (amounts[at] ?? 0) + weight * score + log * above;
    }
  }
}
