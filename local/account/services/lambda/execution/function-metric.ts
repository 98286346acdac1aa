import { emitMetric } from "../../../host/metric";
import type { Host } from "../../../host/service";
import type { LambdaFunction } from "../state/function";

/**
 * Publishes one of AWS/Lambda's metrics of a function (developer guide, "Types of metrics for
 * Lambda functions").
 */
export function emitFunctionMetric(host: Host, fn: LambdaFunction, name: string, value: number, unit = "Count"): void {
  const source = { account: fn.account, region: fn.region, namespace: "AWS/Lambda" };
  emitMetric(host, { ...source, dimensions: { FunctionName: fn.name } }, name, value, unit);
}
