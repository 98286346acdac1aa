import type { Host } from "../../../endpoint/service";
import type { Target } from "../state/function";

/**
 * Publishes one of AWS/Lambda's metrics of a function; with the dimension Resource too when a version or an alias was
 * invoked (developer guide, "Types of metrics for Lambda functions").
 */
export function functionMetric(host: Host, target: Target, name: string, value: number, unit = "Count"): void {
  const { fn, qualifier } = target;
  const metric = { account: fn.account, region: fn.region, namespace: "AWS/Lambda", name, value, unit };
  host.emit("metric", { ...metric, dimensions: { FunctionName: fn.name } });
  if (qualifier === undefined) return;
  host.emit("metric", { ...metric, dimensions: { FunctionName: fn.name, Resource: `${fn.name}:${qualifier}` } });
}
