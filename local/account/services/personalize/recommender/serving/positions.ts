const known = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

/** The index of each item id; computed once per list of ids. */
export function indexPositions(itemIds: readonly string[]): ReadonlyMap<string, number> {
  const positions = known.get(itemIds) ?? new Map(itemIds.map((itemId, index) => [itemId, index]));
  known.set(itemIds, positions);
  return positions;
}
