import { type MetricName, metricNamespace } from "../../contract/layout";

/** Names a metric of the program's own. */
export const ownMetric = (metricName: MetricName) => ({ namespace: metricNamespace, metricName });
