import type { Host } from "./service";

/** What a service's metrics are about: an account, a Region, a namespace, and the dimensions that identify a resource. */
export interface MetricSource {
  readonly account: string;
  readonly region: string;
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Sends one value of a metric to CloudWatch, at the clock's present time. Without a value, it counts one. */
export function emitMetric(
  host: Pick<Host, "emit">,
  { account, region, namespace, dimensions }: MetricSource,
  name: string,
  value = 1,
  unit = "Count",
): void {
  host.emit("metric", { account, region, namespace, dimensions, name, value, unit });
}
