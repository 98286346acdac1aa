import { ownValue } from "../../../../aws/record";
import { placesOf } from "./coded-texts";
import type { InteractionTable } from "./types";

/** A request's context by column. */
export type RequestContext = Readonly<Record<string, string>>;

/**
 * Counts how often each item is chosen with each value of a column of contextual metadata, such as
 * a device.
 */
export interface ContextCounts {
  readonly column: string;
  readonly values: readonly string[];
  /** For each value the items that are chosen with it, and how often. */
  readonly items: readonly ReadonlyMap<number, number>[];
  /** Each item's number of interactions that have a value. */
  readonly totals: Int32Array;
}

/**
 * An item needs about this many interactions before its own share of a value counts more than the
 * share of all items.
 */
const prior = 20;

/** Counts the items by the values of each column of contextual metadata. */
export function countContexts(
  { contexts = {}, itemIds: ids }: InteractionTable,
  itemIds: readonly string[],
): ContextCounts[] {
  const itemOf = placesOf(ids.values, itemIds);
  return Object.entries(contexts).map(([column, { values, codes }]) => {
    const items = values.map(() => new Map<number, number>());
    const totals = new Int32Array(itemIds.length);
    for (let row = 0; row < codes.length; row++) {
      const value = codes[row] ?? 0;
      if (values[value] === "") continue;
      const item = itemOf[ids.codes[row] ?? 0] ?? 0;
      items[value]?.set(item, (items[value].get(item) ?? 0) + 1);
      totals[item] = (totals[item] ?? 0) + 1;
    }
    return { column, values, items, totals };
  });
}

/**
 * Returns by how much a context changes the chance of each item: how much more often the item is
 * chosen with the given values than all items are. Undefined when the model knows none of the
 * values.
 */
export function computeContextRatios(
  counted: readonly ContextCounts[] = [],
  context: RequestContext = {},
): Float64Array | undefined {
  let ratios: Float64Array | undefined;
  for (const { column, values, items, totals } of counted) {
    const counts = items[values.indexOf(ownValue(context, column) ?? "")];
    if (!counts || counts.size === 0) continue;
    const share = sum(counts.values()) / sum(totals);
    const before = ratios ?? new Float64Array(totals.length).fill(1);
    ratios = before.map(
      (ratio, item) => (ratio * (prior + (counts.get(item) ?? 0) / share)) / (prior + (totals[item] ?? 0)),
    );
  }
  return ratios;
}

const sum = (numbers: Iterable<number>): number => {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
};
