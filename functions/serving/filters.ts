/** Returns the filter that a caller chose, as GetRecommendations takes it. Callers use the names of the configuration. */
export function toFilterInput(
  request: { filter?: string | undefined; filterValues?: Record<string, string> | undefined },
  arns: Readonly<Record<string, string>>,
): { input: { filterArn?: string; filterValues?: Record<string, string> } } | { reason: string } {
  const { filter, filterValues } = request;
  if (filter === undefined) {
    return filterValues === undefined ? { input: {} } : { reason: "filterValues: needs a filter" };
  }
  const filterArn = Object.hasOwn(arns, filter) ? arns[filter] : undefined;
  if (filterArn === undefined) {
    const known = Object.keys(arns);
    return {
      reason: `filter: is not one of this stack's filters (${known.length > 0 ? known.join(", ") : "it has none"})`,
    };
  }
  return { input: { filterArn, ...(filterValues ? { filterValues } : {}) } };
}
