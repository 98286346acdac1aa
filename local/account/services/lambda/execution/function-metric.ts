import { emitMetric } from "../../../host/metric";
import type { Host } from "../../../host/service";
import type { Target } from "../state/function";

/**
 * Publishes one of AWS/Lambda's metrics of a function; with the dimension Resource too when a version or an alias was
 * invoked (developer guide, "Types of metrics for Lambda functions").
 */
export function emitFunctionMetric(host: Host, target: Target, name: string, value: number, unit = "Count"): void {
  const { fn, qualifier } = target;
  const source = { account: fn.account, region: fn.region, namespace: "AWS/Lambda" };
  emitMetric(host, { ...source, dimensions: { FunctionName: fn.name } }, name, value, unit);
  if (qualifier === undefined) return;
  const dimensions = { FunctionName: fn.name, Resource: `${fn.name}:${qualifier}` };
  emitMetric(host, { ...source, dimensions }, name, value, unit);
}
