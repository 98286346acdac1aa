import type { ItemModel } from "../stage1/item-model";
import type { Ridge } from "../stage1/ridge";
import { logFloor, weighRecency } from "../stage2/features";
import type { NamedWeights, RidgeWeights } from "./item-terms";

type DenseRidge = Extract<Ridge, { kind: "dense" }>;
type LocalRidge = Extract<Ridge, { kind: "local" }>;

/**
 * The terms that a history adds to the utilities of single items: the ridge's scores, transitions from the newest event,
 * repeats. Both lists are valid until the next history.
 */
export interface EventTerms {
  readonly items: Int32Array;
  /** The amounts by position in `items`. */
  readonly amounts: Float64Array;
}

/** Adds up the terms of one history after another; one at a time, so that the arrays are made once per version. */
export class EventTermSums {
  readonly #model: ItemModel;
  readonly #weights: NamedWeights;
  readonly #lives: readonly number[];
  /** The ridge's score of item j with half-life k is at j · lives + k; 0 between two histories. */
  readonly #scores: Float64Array;
  /** One value for each item; 0 between two histories. */
  readonly #others: Float64Array;
  readonly #isTouched: Uint8Array;
  readonly #items: Int32Array;
  readonly #amounts: Float64Array;
  #count = 0;

  constructor(model: ItemModel, weights: NamedWeights) {
    const items = model.counts.length;
    this.#model = model;
    this.#weights = weights;
    this.#lives = weights.ridge.map(({ life }) => life);
    this.#scores = new Float64Array(items * weights.ridge.length);
    this.#others = new Float64Array(items);
    this.#isTouched = new Uint8Array(items);
    this.#items = new Int32Array(items);
    this.#amounts = new Float64Array(items);
  }

  /** `history`: item indices, oldest first, not empty. */
  of(history: ArrayLike<number>): EventTerms {
    this.#count = 0;
    const positions = findNewestPositions(history);
    this.#addRidge(positions, history.length);
    this.#addTransitions(history[history.length - 1] ?? 0);
    this.#addRepeats(positions, history.length);
    const items = this.#items.subarray(0, this.#count);
    const amounts = this.#amounts.subarray(0, this.#count);
    takeSums(items, this.#others, amounts, this.#isTouched);
    addScores(items, this.#scores, dampWeights(this.#weights.ridge, Math.sqrt(positions.size)), amounts);
    return { items, amounts };
  }

  /** Each distinct item counts once, with the weight of its newest event. */
  #addRidge(positions: ReadonlyMap<number, number>, length: number): void {
    const { ridge } = this.#model;
    for (const [item, position] of positions) {
      const factors = Float64Array.from(this.#lives, (life) => weighRecency(position, length, life));
      if (ridge.kind === "dense") addDenseRow(ridge, item, factors, this.#scores);
      else this.#addLocalRow(ridge, item, factors);
    }
    if (ridge.kind === "dense") for (let item = 0; item < ridge.items; item++) this.#add(item, 0);
  }

  #addLocalRow({ start, candidates, weights }: LocalRidge, item: number, factors: Float64Array): void {
    const [scores, isTouched, items, lives] = [this.#scores, this.#isTouched, this.#items, factors.length];
    let count = this.#count;
    const to = start[item + 1] ?? 0;
    for (let at = start[item] ?? 0; at < to; at++) {
      const candidate = candidates[at] ?? 0;
      if (isTouched[candidate] === 0) {
        isTouched[candidate] = 1;
        items[count++] = candidate;
      }
      const weight = weights[at] ?? 0;
      const first = candidate * lives;
      for (let k = 0; k < lives; k++) scores[first + k] = (scores[first + k] ?? 0) + (factors[k] ?? 0) * weight;
    }
    this.#count = count;
  }

  #addTransitions(last: number): void {
    if (this.#weights.transition === 0) return;
    const { start, next, shares } = this.#model.transitions;
    const to = start[last + 1] ?? 0;
    for (let k = start[last] ?? 0; k < to; k++) this.#add(next[k] ?? 0, this.#weights.transition * (shares[k] ?? 0));
  }

  #addRepeats(positions: ReadonlyMap<number, number>, length: number): void {
    const { repeat, repeatRecency } = this.#weights;
    if (repeat === 0 && repeatRecency === 0) return;
    for (const [item, position] of positions) this.#add(item, repeat + repeatRecency * 0.7 ** (length - 1 - position));
  }

  #add(item: number, amount: number): void {
    if (this.#isTouched[item] === 0) this.#items[this.#count++] = item;
    this.#isTouched[item] = 1;
    this.#others[item] = (this.#others[item] ?? 0) + amount;
  }
}

function addDenseRow({ items, weights }: DenseRidge, item: number, factors: Float64Array, scores: Float64Array): void {
  const lives = factors.length;
  const from = item * items;
  for (let j = 0; j < items; j++) {
    const weight = weights[from + j] ?? 0;
    const first = j * lives;
    for (let k = 0; k < lives; k++) scores[first + k] = (scores[first + k] ?? 0) + (factors[k] ?? 0) * weight;
  }
}

/** Each distinct item with the position of its newest event, newest first. */
function findNewestPositions(history: ArrayLike<number>): ReadonlyMap<number, number> {
  const positions = new Map<number, number>();
  for (let position = history.length - 1; position >= 0; position--) {
    const item = history[position] ?? 0;
    if (!positions.has(item)) positions.set(item, position);
  }
  return positions;
}

/** Takes the sums of some items; 0 is left behind. */
function takeSums(items: Int32Array, sums: Float64Array, amounts: Float64Array, isTouched: Uint8Array): void {
  for (let at = 0; at < items.length; at++) {
    const item = items[at] ?? 0;
    amounts[at] = sums[item] ?? 0;
    sums[item] = 0;
    isTouched[item] = 0;
  }
}

/** Without recency the ridge's sum is damped by √distinct: `share` divides it. */
const dampWeights = (weights: readonly RidgeWeights[], damping: number) =>
  weights.map(({ life, score, log }) => ({ score, log, share: life === Number.POSITIVE_INFINITY ? 1 / damping : 1 }));

/** Adds the ridge's scores of some items by their weights; 0 is left behind. */
function addScores(
  items: Int32Array,
  scores: Float64Array,
  weights: ReturnType<typeof dampWeights>,
  amounts: Float64Array,
): void {
  weights.forEach(({ score: weight, log, share }, k) => {
    for (let at = 0; at < items.length; at++) {
      const cell = (items[at] ?? 0) * weights.length + k;
      const score = (scores[cell] ?? 0) * share;
      scores[cell] = 0;
      // The floor is part of the item's own terms. About half of the scores are negative.
      const above = log !== 0 && score > 0 ? Math.log(0.01 + score) - logFloor : 0;
      amounts[at] = (amounts[at] ?? 0) + weight * score + log * above;
    }
  });
}
