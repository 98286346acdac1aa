/**
 * Returns the filter of a request, as GetRecommendations takes it: the one that the caller chose by
 * its name in the configuration, or `otherwise`. The service takes one filter for each request.
 */
export function toFilterInput(
  request: { filter?: string | undefined; filterValues?: Record<string, string> | undefined },
  arns: Readonly<Record<string, string>>,
  otherwise?: string,
): { input: { filterArn?: string; filterValues?: Record<string, string> } } | { reason: string } {
  const { filter, filterValues } = request;
  if (filter === undefined) {
    if (filterValues !== undefined) return { reason: "filterValues: needs a filter" };
    return { input: otherwise === undefined ? {} : { filterArn: otherwise } };
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
