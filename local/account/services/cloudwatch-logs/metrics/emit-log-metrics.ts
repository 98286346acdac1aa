import type { Scope } from "../../../aws/arn";
import { emitMetric } from "../../../host/metric";
import type { Host } from "../../../host/service";
import type { LogLine } from "../filter-pattern/log-line";
import type { LogGroup, MetricFilter } from "../state/log-group";
import { embeddedMetrics } from "./embedded-metrics";
import { filteredMetric } from "./filtered-metrics";
import type { LogMetric } from "./log-metric";

/** Sends CloudWatch the metrics of newly arrived events: those in the events, and those of the group's filters. */
export function emitLogMetrics(
  host: Host,
  { account, region }: Scope,
  { metricFilters }: LogGroup,
  lines: readonly LogLine[],
): void {
  const emit = ({ name, values, unit, ...source }: LogMetric) =>
    emitMetric(host, { account, region, ...source }, name, values, unit);
  for (const line of lines) {
    for (const metric of embeddedMetrics(line)) emit(metric);
  }
  for (const filter of [...metricFilters.values()]) {
    for (const metric of gather(filter, lines)) emit(metric);
  }
}

/** The values of a filter, together for the same dimensions. */
function gather(filter: MetricFilter, lines: readonly LogLine[]) {
  const found = new Map<string, LogMetric & { readonly values: number[] }>();
  for (const line of lines) {
    const metric = filteredMetric(filter, line);
    if (metric) {
      const key = JSON.stringify(metric.dimensions);
      const known = found.get(key);
      if (known) known.values.push(...metric.values);
      else found.set(key, { ...metric, values: [...metric.values] });
    }
  }
  return found.values();
}
