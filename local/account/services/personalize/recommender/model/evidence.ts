/** Items, each with an amount that says how much it counts. The items are distinct. */
export interface Evidence {
  readonly items: Int32Array;
  /** The amounts by position in `items`. */
  readonly amounts: Float64Array;
  readonly total: number;
}

/** The number of newest events that are a history. */
export const historyLimit = 200;

/**
 * Weighs a history's items by their events: each counts half as much as the one `halfLife` events after it. Infinity: all
 * alike.
 */
export function weighEvents(history: ArrayLike<number>, halfLife: number): Evidence {
  const amounts = new Map<number, number>();
  const decay = 2 ** (-1 / halfLife);
  let amount = 1;
  let total = 0;
  for (let p = history.length - 1; p >= 0; p--) {
    const item = history[p] ?? 0;
    amounts.set(item, (amounts.get(item) ?? 0) + amount);
    total += amount;
    amount *= decay;
  }
  return { items: Int32Array.from(amounts.keys()), amounts: Float64Array.from(amounts.values()), total };
}

/** Takes the sums of the items that were met; they are 0 afterwards. */
export function takeSums(met: readonly number[], sums: Float64Array): Evidence {
  const amounts = new Float64Array(met.length);
  met.forEach((item, k) => {
    amounts[k] = sums[item] ?? 0;
    sums[item] = 0;
  });
  return { items: Int32Array.from(met), amounts, total: amounts.reduce((sum, amount) => sum + amount, 0) };
}

/** Divides by the sum. */
export function normalise(values: Float64Array): void {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) / sum;
}
