import type { Column } from "../data/columns";
import { type Evidence, normalise } from "./evidence";
import type { FollowedColumn } from "./follows";

/** The number of events that a value's share of all choices counts for, beside those of the user. */
const prior = 1;
/** The same for the values that follow a value. */
const priorOfFollows = 10;

/**
 * Predicts from the items' values: an item is as likely as it is popular, times how much more often each of its values is
 * chosen here than elsewhere. It is the only part of the model that knows a new item.
 */
export class ValueAffinity {
  readonly #columns: readonly ValueColumn[];
  /** A new item is as popular as its values. */
  readonly #popularity: Float64Array;

  constructor(columns: readonly FollowedColumn[], counts: Float64Array) {
    const popularity = counts.map((count) => count + 1);
    normalise(popularity);
    const all = { items: Int32Array.from(counts.keys()), amounts: popularity, total: 1 };
    this.#columns = columns.map((own) => ({ ...own, shares: sumByValue(own.column, all) }));
    const expected = new Float64Array(counts.length).fill(1);
    normalise(expected);
    for (const { column, shares } of this.#columns) multiplyByValues(column, shares, expected);
    this.#popularity = counts.map((count, item) => count + counts.length * (expected[item] ?? 0));
    normalise(this.#popularity);
  }

  /** Fills in the probability of every item, if the next one has the values of the user's items. */
  predictAlike(own: Evidence, probabilities: Float64Array): void {
    this.#predict(probabilities, ({ column, shares }) => {
      const found = sumByValue(column, own);
      return shares.map((share, value) => ((found[value] ?? 0) / share + prior) / (own.total + prior));
    });
  }

  /** Fills in the probability of every item, if the next one has the values that follow those of the user's items. */
  predictFollowing(own: Evidence, probabilities: Float64Array): void {
    this.#predict(probabilities, ({ column, shares, follows }) => {
      const { start, next, counts, totals } = follows;
      const sums = new Float64Array(shares.length);
      let rest = 0;
      sumByValue(column, own).forEach((amount, value) => {
        if (amount === 0) return;
        const weight = amount / own.total / ((totals[value] ?? 0) + priorOfFollows);
        rest += weight * priorOfFollows;
        for (let k = start[value] ?? 0; k < (start[value + 1] ?? 0); k++) {
          const to = next[k] ?? 0;
          sums[to] = (sums[to] ?? 0) + weight * (counts[k] ?? 0);
        }
      });
      return shares.map((share, value) => (sums[value] ?? 0) / share + rest);
    });
  }

  #predict(probabilities: Float64Array, ratiosOf: (column: ValueColumn) => Float64Array): void {
    probabilities.set(this.#popularity);
    for (const column of this.#columns) multiplyByValues(column.column, ratiosOf(column), probabilities);
  }
}

interface ValueColumn extends FollowedColumn {
  /** The share of each value of all choices. */
  readonly shares: Float64Array;
}

/** An item with several values spreads its amount over them. */
function sumByValue({ values, start, codes }: Column, { items, amounts }: Evidence): Float64Array {
  const sums = new Float64Array(values.length);
  items.forEach((item, position) => {
    const from = start[item] ?? 0;
    const to = start[item + 1] ?? 0;
    const amount = (amounts[position] ?? 0) / (to - from);
    for (let k = from; k < to; k++) sums[codes[k] ?? 0] = (sums[codes[k] ?? 0] ?? 0) + amount;
  });
  return sums;
}

/**
 * Multiplies probabilities by the ratios of the items' values; an item with several values gets their mean. The sum stays 1,
 * so that the products of many columns stay in the range of numbers.
 */
function multiplyByValues({ start, codes }: Column, ratios: Float64Array, products: Float64Array): void {
  for (let item = 0; item < products.length; item++) {
    const from = start[item] ?? 0;
    const to = start[item + 1] ?? 0;
    let sum = 0;
    for (let k = from; k < to; k++) sum += ratios[codes[k] ?? 0] ?? 0;
    products[item] = ((products[item] ?? 0) * sum) / (to - from);
  }
  normalise(products);
}
