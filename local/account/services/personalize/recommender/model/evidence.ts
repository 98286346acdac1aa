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
 * Weighs a history's items by their events: each counts half as much as the one `halfLife` events
 * after it. Infinity: all alike.
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

/** Sums by item, most of which are 0. The arrays are made once: there is one evidence at a time. */
export interface Sums {
  /** 0 for each item between two uses. */
  readonly values: Float64Array;
  /** The items with a sum. */
  readonly met: Int32Array;
  readonly taken: Float64Array;
}

export const createSums = (items: number): Sums => ({
  values: new Float64Array(items),
  met: new Int32Array(items),
  taken: new Float64Array(items),
});

/** Takes the sums of the first `count` items that were met; valid until the next use. */
export function takeSums({ values, met, taken }: Sums, count: number): Evidence {
  let total = 0;
  for (let k = 0; k < count; k++) {
    const item = met[k] ?? 0;
    const sum = values[item] ?? 0;
    taken[k] = sum;
    total += sum;
    values[item] = 0;
  }
  return { items: met.subarray(0, count), amounts: taken.subarray(0, count), total };
}

/** Divides by the sum. */
export function normalise(values: Float64Array): void {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) / sum;
}
