import { suggest } from "../../names/near-names";

/** A filter of the stack, with the names of the parameters in its expression. */
export interface ServedFilter {
  readonly arn: string;
  readonly parameters: readonly string[];
}

/**
 * Returns the filter of a request, as GetRecommendations takes it: the one that the caller chose by
 * its name in the configuration, or `otherwise`. The service takes one filter for each request.
 * `field` is the one with the values.
 */
export function toFilterInput(
  request: { filter?: string | undefined; filterValues?: Record<string, string> | undefined },
  filters: Readonly<Record<string, ServedFilter>>,
  { otherwise, field = "filterValues" }: { otherwise?: string | undefined; field?: string } = {},
): { input: { filterArn?: string; filterValues?: Record<string, string> } } | { reason: string } {
  const { filter: name, filterValues } = request;
  if (name === undefined) {
    if (filterValues !== undefined) return { reason: `${field}: needs a filter` };
    return { input: otherwise === undefined ? {} : { filterArn: otherwise } };
  }
  const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
  if (filter === undefined) {
    const known = Object.keys(filters);
    return {
      reason: `filter: is not one of this stack's filters (${known.length > 0 ? known.join(", ") : "it has none"})${suggest(name, known)}`,
    };
  }
  const unknown = Object.keys(filterValues ?? {}).filter((value) => !filter.parameters.includes(value));
  if (unknown.length > 0) return { reason: describeUnknown(field, unknown, name, filter) };
  return { input: { filterArn: filter.arn, ...(filterValues ? { filterValues } : {}) } };
}

/**
 * An EXCLUDE without a value is not applied (guide, "Filtering with placeholders"): with a misspelt
 * name it would be no filter.
 */
function describeUnknown(field: string, unknown: readonly string[], name: string, { parameters }: ServedFilter) {
  const known = parameters.length > 0 ? `it has ${parameters.join(", ")}` : "it has none";
  return unknown
    .map(
      (value) => `${field}.${value}: is not a parameter of the filter ${name}; ${known}${suggest(value, parameters)}`,
    )
    .join("; ");
}
