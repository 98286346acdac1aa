import type { Scope } from "../../../aws/arn";
import { emitMetric } from "../../../host/metric";
import type { Host } from "../../../host/service";
import type { LogEvent, LogGroup } from "../state/log-group";
import { embeddedMetrics } from "./embedded-metrics";

/** Sends CloudWatch the metrics in newly arrived events. */
export function emitLogMetrics(host: Host, { account, region }: Scope, messages: readonly string[]): void {
  for (const { name, values, unit, ...source } of messages.flatMap(embeddedMetrics)) {
    emitMetric(host, { account, region, ...source }, name, values, unit);
  }
}

/**
 * Counts newly arrived events and their bytes (user guide, "Monitoring with CloudWatch metrics").
 */
export function countLogEvents(
  host: Host,
  { account, region }: Scope,
  { name }: LogGroup,
  stored: readonly LogEvent[],
) {
  if (stored.length === 0) return;
  const source = { account, region, namespace: "AWS/Logs", dimensions: { LogGroupName: name } };
  const bytes = stored.reduce((sum, { message }) => sum + Buffer.byteLength(message), 0);
  emitMetric(host, source, "IncomingBytes", bytes, "Bytes");
  emitMetric(host, source, "IncomingLogEvents", stored.length);
}
