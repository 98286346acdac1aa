import type { Column } from "../data/columns";
import { type Evidence, normalise } from "./evidence";
import type { FollowedColumn } from "./follows";

/**
 * The number of events that a value's share of all choices counts for, beside those of the user.
 */
const prior = 1;
/** How much of one event with a value is chance. */
const chance = 0.9;
/** The same as `prior` for the values that follow a value. */
const priorOfFollows = 10;
/**
 * The items of average popularity that a value has in addition: what few items have says little.
 */
const priorOfItems = 10;

/**
 * Predicts from the items' values: an item is as likely as it is popular, times how much more often
 * each of its values is chosen here than elsewhere. It is the only part of the model that knows a
 * new item.
 */
export class ValueAffinity {
  readonly #columns: readonly ValueColumn[];
  /** A new item is as popular as one item with its values, however many have them. */
  readonly #popularity: Float64Array;
  readonly #probabilities: Float64Array;

  constructor(columns: readonly FollowedColumn[], counts: Float64Array) {
    const popularity = counts.map((count) => count + 1);
    normalise(popularity);
    const all = { items: Int32Array.from(counts.keys()), amounts: popularity, total: 1 };
    this.#columns = columns.map((own) => ({ ...own, shares: sumByValue(own.column, all) }));
    const expected = new Float64Array(counts.length).fill(1 / counts.length);
    const each = { ...all, amounts: new Float64Array(counts.length).fill(1) };
    for (const { column, shares } of this.#columns) {
      const itemCounts = sumByValue(column, each);
      const ofOneItem = shares.map(
        (share, value) => (share * counts.length + priorOfItems) / ((itemCounts[value] ?? 0) + priorOfItems),
      );
      multiplyByValues(column, ofOneItem, expected);
    }
    this.#popularity = counts.map((count, item) => count + counts.length * (expected[item] ?? 0));
    normalise(this.#popularity);
    this.#probabilities = this.#popularity.slice();
  }

  /**
   * Computes the probability of every item, if the next one has the values of the user's items;
   * valid until the next call.
   */
  predictAlike(own: Evidence): Float64Array {
    return this.#predict(({ column, shares }) => {
      const found = sumByValue(column, own);
      weighValues(found);
      return shares.map((share, value) => ((found[value] ?? 0) * (own.total / share) + prior) / (own.total + prior));
    });
  }

  /**
   * Computes the probability of every item, if the next one has the values that follow those of the
   * user's items.
   */
  predictFollowing(own: Evidence): Float64Array {
    return this.#predict(({ column, shares, follows }) => {
      const { rows, totals } = follows;
      const sums = new Float64Array(shares.length);
      let rest = 0;
      sumByValue(column, own).forEach((amount, value) => {
        if (amount === 0) return;
        const weight = amount / own.total / ((totals[value] ?? 0) + priorOfFollows);
        rest += weight * priorOfFollows;
        rows[value]?.forEach((count, next) => {
          sums[next] = (sums[next] ?? 0) + weight * count;
        });
      });
      return shares.map((share, value) => (sums[value] ?? 0) / share + rest);
    });
  }

  #predict(ratiosOf: (column: ValueColumn) => Float64Array): Float64Array {
    this.#probabilities.set(this.#popularity);
    for (const column of this.#columns) multiplyByValues(column.column, ratiosOf(column), this.#probabilities);
    return this.#probabilities;
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
 * Turns the events with each value into shares. A value that was met once is often chance, and one
 * that was met often is not as many times as telling: it counts as the root of its events after the
 * first.
 */
function weighValues(counts: Float64Array): void {
  counts.forEach((count, value) => {
    counts[value] = Math.sqrt(Math.max(count - chance, (1 - chance) * count));
  });
  normalise(counts);
}

/**
 * Multiplies probabilities by the ratios of the items' values; an item with several values gets
 * their mean. The sum stays 1, so that the products of many columns stay in the range of numbers.
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
