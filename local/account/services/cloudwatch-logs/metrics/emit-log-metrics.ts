import type { Scope } from "../../../aws/arn";
import { emitMetric } from "../../../host/metric";
import type { Host } from "../../../host/service";
import { embeddedMetrics } from "./embedded-metrics";

/** Sends CloudWatch the metrics in newly arrived events. */
export function emitLogMetrics(host: Host, { account, region }: Scope, messages: readonly string[]): void {
  for (const { name, values, unit, ...source } of messages.flatMap(embeddedMetrics)) {
    emitMetric(host, { account, region, ...source }, name, values, unit);
  }
}
