import { EventTermSums, type EventTerms } from "./event-terms";
import { historyLimit, logPopularity } from "./features";
import { itemTermsOf, largest } from "./item-terms";
import type { BlendInside } from "./trained";

const sums = new WeakMap<BlendInside, EventTermSums>();

function eventTerms(inside: BlendInside, history: ArrayLike<number>): EventTerms {
  const own = sums.get(inside) ?? new EventTermSums(inside.items, itemTermsOf(inside).weights);
  sums.set(inside, own);
  return own.of(history);
}

/**
 * Utility of every item after a history of item indices, oldest first: the weighted sum of `computeFeatures`. Without a
 * history it is log(1 + users of the item): the blend's own weight of popularity may be about 0 when the other features
 * explain it.
 */
export function utilities(inside: BlendInside, history: readonly number[] | Int32Array): Float64Array {
  if (history.length === 0) return logPopularity(inside.items.counts).slice();
  const recent = history.slice(-historyLimit);
  return utilitiesWith(inside, recent, eventTerms(inside, recent));
}

function utilitiesWith(inside: BlendInside, recent: ArrayLike<number>, { items, amounts }: EventTerms): Float64Array {
  const { base, columns } = itemTermsOf(inside);
  const result = base.slice();
  for (const { classOf, amounts: amountsOf } of columns) {
    const byClass = amountsOf(recent);
    for (let j = 0; j < result.length; j++) result[j] = (result[j] ?? 0) + (byClass[classOf[j] ?? 0] ?? 0);
  }
  for (let at = 0; at < items.length; at++) {
    const item = items[at] ?? 0;
    result[item] = (result[item] ?? 0) + (amounts[at] ?? 0);
  }
  return result;
}

const popularShares = new WeakMap<BlendInside, Float64Array>();

/**
 * The softmax of `utilities`. Where a history says something of few items only, it is a product of exponentials by item
 * (computed once), by class of a column and of those few: a tenth as many exponentials.
 */
export function utilityShares(inside: BlendInside, history: readonly number[] | Int32Array): Float64Array {
  if (history.length === 0) {
    const shares = popularShares.get(inside) ?? softmax(utilities(inside, history));
    popularShares.set(inside, shares);
    return shares;
  }
  const recent = history.slice(-historyLimit);
  const terms = eventTerms(inside, recent);
  const fewest = inside.items.counts.length / 2;
  return (
    (terms.items.length < fewest ? productShares(inside, recent, terms) : undefined) ??
    softmax(utilitiesWith(inside, recent, terms))
  );
}

/** Undefined when the products leave the range of numbers. */
function productShares(
  inside: BlendInside,
  recent: ArrayLike<number>,
  { items, amounts }: EventTerms,
): Float64Array | undefined {
  const { factors, columns } = itemTermsOf(inside);
  const shares = factors.slice();
  for (const { classOf, amounts: amountsOf } of columns) {
    const byClass = amountsOf(recent);
    const top = largest(byClass);
    for (let c = 0; c < byClass.length; c++) byClass[c] = Math.exp((byClass[c] ?? 0) - top);
    for (let j = 0; j < shares.length; j++) shares[j] = (shares[j] ?? 0) * (byClass[classOf[j] ?? 0] ?? 0);
  }
  for (let at = 0; at < items.length; at++) {
    const item = items[at] ?? 0;
    shares[item] = (shares[item] ?? 0) * Math.exp(amounts[at] ?? 0);
  }
  let sum = 0;
  for (let j = 0; j < shares.length; j++) sum += shares[j] ?? 0;
  if (!(sum > 1e-250 && sum < 1e250)) return undefined;
  for (let j = 0; j < shares.length; j++) shares[j] = (shares[j] ?? 0) / sum;
  return shares;
}

/** Shares that sum to 1. */
export function softmax(values: Float64Array): Float64Array {
  const top = largest(values);
  const shares = new Float64Array(values.length);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const share = Math.exp((values[i] ?? 0) - top);
    shares[i] = share;
    sum += share;
  }
  for (let i = 0; i < values.length; i++) shares[i] = (shares[i] ?? 0) / sum;
  return shares;
}
