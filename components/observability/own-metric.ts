import { type MetricName, metricNamespace } from "../../names/layout";
import type { Foundation } from "../platform/foundation";
import type { WatchedMetric } from "./alarm";

/** Names a metric that the program publishes, of the stack or of one model. */
export function ownMetric(
  { stack }: Foundation,
  metricName: MetricName,
  statistic: WatchedMetric["statistic"],
  model?: string,
): WatchedMetric {
  const dimensions = { Stack: stack, ...(model !== undefined && { Model: model }) };
  return { namespace: metricNamespace, metricName, dimensions, statistic };
}
