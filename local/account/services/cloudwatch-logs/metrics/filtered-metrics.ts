import type { MetricTransformation } from "@aws-sdk/client-cloudwatch-logs";
import { parseJsonText } from "../../../endpoint/json-text";
import { matchesOf } from "../filter-pattern/filter-pattern";
import type { LogEvent, LogGroup } from "../state/log-group";

/** A selector of a value in JSON: `$.request.items[0]`. */
export const selector = /^\$(\.[A-Za-z0-9_-]+|\[\d+\]|\.?\["[^"]+"\])+$/;

/** A value that a filter reads from an event. */
export interface FilteredMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  readonly unit: string;
}

/** The metrics of newly arrived events: a match's value, or the default where there is one (API reference). */
export function filteredMetrics({ metricFilters }: LogGroup, events: readonly LogEvent[]): FilteredMetric[] {
  return [...metricFilters.values()].flatMap((filter) => {
    const { transformation } = filter;
    const matches = matchesOf(filter);
    return events.flatMap(({ message }) => {
      const value = matches(message) ? readValue(transformation, message) : transformation.defaultValue;
      if (value === undefined) return [];
      return {
        namespace: transformation.metricNamespace ?? "",
        name: transformation.metricName ?? "",
        dimensions: dimensionsOf(transformation, message),
        value,
        unit: transformation.unit ?? "None",
      };
    });
  });
}

function readValue({ metricValue = "" }: MetricTransformation, message: string): number | undefined {
  const text = selector.test(metricValue) ? select(message, metricValue) : metricValue;
  const value = Number(text);
  return text === undefined || text === "" || !Number.isFinite(value) ? undefined : value;
}

const dimensionsOf = ({ dimensions = {} }: MetricTransformation, message: string) =>
  Object.fromEntries(
    Object.entries(dimensions)
      .map(([name, path]) => [name, select(message, path)] as const)
      .filter((entry): entry is readonly [string, string] => entry[1] !== undefined),
  );

/** What a selector such as `$.request.items[0]` finds in a message of JSON, as text. */
function select(message: string, path: string): string | undefined {
  let value: unknown;
  try {
    value = parseJsonText(message);
  } catch {
    return undefined;
  }
  for (const [, name, index, quoted] of path.matchAll(/\.([A-Za-z0-9_-]+)|\[(\d+)\]|\["([^"]+)"\]/g)) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[name ?? index ?? quoted ?? ""];
  }
  return typeof value === "object" || value === undefined ? undefined : String(value);
}
