import { ownValue } from "../../../../aws/record";
import { placesOf } from "./coded-texts";
import type { InteractionTable } from "./types";

/** A request's context by column. */
export type RequestContext = Readonly<Record<string, string>>;

/** Counts how often each item is chosen with each value of a column of contextual metadata, such as a device. */
export interface ContextCounts {
  readonly column: string;
  readonly values: readonly string[];
  /** Each value's share of the interactions that have one. */
  readonly shares: Float64Array;
  /** Value v has the items and counts from `start[v]` to `start[v + 1]`. */
  readonly start: Int32Array;
  readonly items: Int32Array;
  readonly counts: Int32Array;
  /** Each item's number of interactions that have a value. */
  readonly totals: Int32Array;
}

/** An item needs about this many interactions before its own share of a value counts more than the share of all items. */
const prior = 20;

/** Counts the items by the values of each column of contextual metadata. */
export function countContexts(
  { contexts = {}, itemIds: ids }: InteractionTable,
  itemIds: readonly string[],
): ContextCounts[] {
  const itemOf = placesOf(ids.values, itemIds);
  return Object.entries(contexts).map(([column, { values, codes }]) => {
    const byValue = values.map(() => new Map<number, number>());
    const totals = new Int32Array(itemIds.length);
    for (let row = 0; row < codes.length; row++) {
      const value = codes[row] ?? 0;
      const found = byValue[value];
      if (!found || values[value] === "") continue;
      const item = itemOf[ids.codes[row] ?? 0] ?? 0;
      found.set(item, (found.get(item) ?? 0) + 1);
      totals[item] = (totals[item] ?? 0) + 1;
    }
    const start = new Int32Array(values.length + 1);
    byValue.forEach(({ size }, value) => {
      start[value + 1] = (start[value] ?? 0) + size;
    });
    const counts = Int32Array.from(byValue.flatMap((found) => [...found.values()]));
    const all = counts.reduce((a, b) => a + b, 0);
    const shares = Float64Array.from(values, (_, value) => {
      const own = counts.subarray(start[value], start[value + 1]);
      return all === 0 ? 0 : own.reduce((a, b) => a + b, 0) / all;
    });
    return {
      column,
      values,
      shares,
      start,
      items: Int32Array.from(byValue.flatMap((found) => [...found.keys()])),
      counts,
      totals,
    };
  });
}

/**
 * Returns by how much a context changes the chance of each item: how much more often the item is chosen with the given
 * values than all items are. Undefined when the model knows none of the values.
 */
export function computeContextRatios(
  counted: readonly ContextCounts[] = [],
  context: RequestContext = {},
): Float64Array | undefined {
  let ratios: Float64Array | undefined;
  for (const { column, values, shares, start, items, counts, totals } of counted) {
    const value = values.indexOf(ownValue(context, column) ?? "");
    const share = shares[value] ?? 0;
    if (share === 0) continue;
    const expected = Float64Array.from(totals, () => prior);
    for (let at = start[value] ?? 0; at < (start[value + 1] ?? 0); at++)
      expected[items[at] ?? 0] = prior + (counts[at] ?? 0) / share;
    const products = ratios ?? new Float64Array(totals.length).fill(1);
    expected.forEach((chosen, item) => {
      products[item] = ((products[item] ?? 1) * chosen) / (prior + (totals[item] ?? 0));
    });
    ratios = products;
  }
  return ratios;
}
