import type { MetricTransformation } from "@aws-sdk/client-cloudwatch-logs";
import { ownValue } from "../../../aws/record";
import { patternOf } from "../filter-pattern/filter-pattern";
import type { LogLine } from "../filter-pattern/log-line";
import type { MetricFilter } from "../state/log-group";
import type { LogMetric } from "./log-metric";

/** A selector of a value in JSON: `$.request.items[0]`. */
export const selector = /^\$(\.[A-Za-z0-9_-]+|\[\d+\]|\.?\["[^"]+"\])+$/;

/** The longest value of a dimension (API reference of CloudWatch, Dimension): with a longer one there is no metric. */
const longestDimension = 1024;

/** The metric of a newly arrived event: a match's value, or the default where there is one (API reference). */
export function filteredMetric(filter: MetricFilter, line: LogLine): LogMetric | undefined {
  const { transformation } = filter;
  const value = patternOf(filter).matches(line) ? readValue(transformation, line) : transformation.defaultValue;
  if (value === undefined) return undefined;
  const dimensions = dimensionsOf(transformation, line);
  if (Object.values(dimensions).some((text) => text.length > longestDimension)) return undefined;
  return {
    namespace: transformation.metricNamespace ?? "",
    name: transformation.metricName ?? "",
    dimensions,
    values: [value],
    unit: transformation.unit ?? "None",
  };
}

function readValue({ metricValue = "" }: MetricTransformation, line: LogLine): number | undefined {
  const text = selector.test(metricValue) ? select(line, metricValue) : metricValue;
  const value = Number(text);
  return text === undefined || text === "" || !Number.isFinite(value) ? undefined : value;
}

const dimensionsOf = ({ dimensions = {} }: MetricTransformation, line: LogLine) =>
  Object.fromEntries(
    Object.entries(dimensions)
      .map(([name, path]) => [name, select(line, path)] as const)
      .filter((entry): entry is readonly [string, string] => entry[1] !== undefined),
  );

/** Finds the value of a selector such as `$.request.items[0]` in a line of JSON, as text. */
function select({ document }: LogLine, path: string): string | undefined {
  let value = document;
  for (const [, name, index, quoted] of path.matchAll(/\.([A-Za-z0-9_-]+)|\[(\d+)\]|\["([^"]+)"\]/g)) {
    if (typeof value !== "object" || value === null) return undefined;
    value = ownValue(value, name ?? index ?? quoted ?? "");
  }
  return typeof value === "object" || value === undefined ? undefined : String(value);
}
