import type { Scope } from "../../../aws/arn";
import { emitMetric } from "../../../host/metric";
import type { Host } from "../../../host/service";
import { takeTurns } from "../../../host/turns";
import type { LogLine } from "../filter-pattern/log-line";
import type { LogGroup, MetricFilter } from "../state/log-group";
import { embeddedMetrics } from "./embedded-metrics";
import { filteredMetric } from "./filtered-metrics";
import type { LogMetric } from "./log-metric";

/** Sends CloudWatch the metrics of newly arrived events: those in the events, and those of the group's filters. */
export async function emitLogMetrics(
  host: Host,
  { account, region }: Scope,
  { metricFilters }: LogGroup,
  lines: readonly LogLine[],
): Promise<void> {
  const nextTurn = takeTurns();
  const emit = ({ name, values, unit, ...source }: LogMetric) =>
    emitMetric(host, { account, region, ...source }, name, values, unit);
  for (const line of lines) {
    for (const metric of embeddedMetrics(line)) {
      emit(metric);
      await nextTurn();
    }
  }
  for (const filter of [...metricFilters.values()]) {
    for (const metric of await gather(filter, lines, nextTurn)) emit(metric);
  }
}

/** The values of a filter, together for the same dimensions. */
async function gather(filter: MetricFilter, lines: readonly LogLine[], nextTurn: () => Promise<void> | undefined) {
  const found = new Map<string, LogMetric & { readonly values: number[] }>();
  for (const line of lines) {
    const metric = filteredMetric(filter, line);
    if (metric) {
      const key = JSON.stringify(metric.dimensions);
      const known = found.get(key);
      if (known) known.values.push(...metric.values);
      else found.set(key, { ...metric, values: [...metric.values] });
    }
    await nextTurn();
  }
  return found.values();
}
