import { historyLimit, logPopularity } from "../stage2/features";
import { EventTermSums, type EventTerms } from "./event-terms";
import { findLargest, type ItemTerms, itemTermsOf } from "./item-terms";
import type { BlendInside } from "./trained";

/** Values in proportion to the softmax of all items' utilities. */
export interface Shares {
  readonly values: Float64Array;
  readonly sum: number;
}

type History = readonly number[] | Int32Array;

/**
 * Utility of every item after a history of item indices, oldest first: the weighted sum of `computeFeatures`. Without a
 * history it is log(1 + users of the item): the blend's own weight of popularity may be about 0 when the other features
 * explain it.
 */
export function computeUtilities(inside: BlendInside, history: History): Float64Array {
  if (history.length === 0) return logPopularity(inside.items.counts).slice();
  const recent = history.slice(-historyLimit);
  const scorer = scorerOf(inside);
  return scorer.utilities(recent, scorer.events.of(recent));
}

/** Computes values in proportion to the softmax of `utilities`; good until the model's next history. */
export function computeUtilityShares(inside: BlendInside, history: History): Shares {
  const scorer = scorerOf(inside);
  if (history.length === 0) return scorer.popular;
  const recent = history.slice(-historyLimit);
  const events = scorer.events.of(recent);
  const hasFew = events.items.length < scorer.terms.base.length / 2;
  return (
    (hasFew ? scorer.productShares(recent, events) : undefined) ?? computeExponentials(scorer.utilities(recent, events))
  );
}

const scorers = new WeakMap<BlendInside, Scorer>();

function scorerOf(inside: BlendInside): Scorer {
  const scorer = scorers.get(inside) ?? new Scorer(inside);
  scorers.set(inside, scorer);
  return scorer;
}

/**
 * The facts about a version's items that are known before a request, and room for the figures of one request at a time.
 */
class Scorer {
  readonly terms: ItemTerms;
  readonly events: EventTermSums;
  /** Without a history. */
  readonly popular: Shares;
  readonly #byClass: Float64Array;
  readonly #values: Float64Array;

  constructor(inside: BlendInside) {
    this.terms = itemTermsOf(inside);
    this.events = new EventTermSums(inside.items, this.terms.weights);
    this.popular = computeExponentials(logPopularity(inside.items.counts));
    this.#byClass = new Float64Array(this.terms.classes);
    this.#values = new Float64Array(this.terms.base.length);
  }

  utilities(recent: History, { items, amounts }: EventTerms): Float64Array {
    const { base, classOf, columns } = this.terms;
    const byClass = this.#byClass.fill(0);
    for (const { setOf, amounts: amountsOf } of columns) {
      const bySet = amountsOf(recent);
      for (let c = 0; c < byClass.length; c++) byClass[c] = (byClass[c] ?? 0) + (bySet[setOf[c] ?? 0] ?? 0);
    }
    const result = new Float64Array(base.length);
    for (let j = 0; j < result.length; j++) result[j] = (base[j] ?? 0) + (byClass[classOf[j] ?? 0] ?? 0);
    for (let at = 0; at < items.length; at++) {
      const item = items[at] ?? 0;
      result[item] = (result[item] ?? 0) + (amounts[at] ?? 0);
    }
    return result;
  }

  /**
   * Products of exponentials by item (computed once), by set of a column's values, and of the few items that the history
   * says something of: a tenth as many exponentials. Undefined when the products leave the range of numbers.
   */
  productShares(recent: History, { items, amounts }: EventTerms): Shares | undefined {
    const { factors, classOf, columns } = this.terms;
    const byClass = this.#byClass.fill(1);
    for (const { setOf, amounts: amountsOf } of columns) {
      const { values: bySet } = computeExponentials(amountsOf(recent));
      for (let c = 0; c < byClass.length; c++) byClass[c] = (byClass[c] ?? 0) * (bySet[setOf[c] ?? 0] ?? 0);
    }
    const values = this.#values;
    values.set(factors);
    for (let at = 0; at < items.length; at++) {
      const item = items[at] ?? 0;
      values[item] = (values[item] ?? 0) * Math.exp(amounts[at] ?? 0);
    }
    let sum = 0;
    for (let j = 0; j < values.length; j++) {
      const value = (values[j] ?? 0) * (byClass[classOf[j] ?? 0] ?? 0);
      values[j] = value;
      sum += value;
    }
    return sum > 1e-250 && sum < 1e250 ? { values, sum } : undefined;
  }
}

/** exp of some numbers, the largest of which becomes 1. */
function computeExponentials(numbers: Float64Array): Shares {
  const top = findLargest(numbers);
  const values = new Float64Array(numbers.length);
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) {
    const value = Math.exp((numbers[i] ?? 0) - top);
    values[i] = value;
    sum += value;
  }
  return { values, sum };
}

/** Shares that sum to 1. */
export function computeSoftmax(utilities: Float64Array): Float64Array {
  const { values, sum } = computeExponentials(utilities);
  return values.map((value) => value / sum);
}
