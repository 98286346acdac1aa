import type { Host } from "./service";

/**
 * The subject of a service's metrics: an account, a Region, a namespace, and the dimensions that
 * identify a resource.
 */
export interface MetricSource {
  readonly account: string;
  readonly region: string;
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/**
 * Sends CloudWatch one value of a metric or several, at the clock's present time. Without a value,
 * it counts one.
 */
export function emitMetric(
  host: Pick<Host, "emit">,
  { account, region, namespace, dimensions }: MetricSource,
  name: string,
  value: number | readonly number[] = 1,
  unit = "Count",
): void {
  const values = typeof value === "number" ? [value] : value;
  host.emit("metric", { account, region, namespace, dimensions, name, values, unit });
}
