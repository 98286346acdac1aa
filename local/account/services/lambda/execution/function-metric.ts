import type { Host } from "../../../endpoint/service";
import type { LambdaFunction } from "../state/function";

/** Publishes one of AWS/Lambda's metrics of a function. */
export function functionMetric(host: Host, fn: LambdaFunction, name: string, value: number, unit = "Count"): void {
  host.emit("metric", {
    account: fn.account,
    region: fn.region,
    namespace: "AWS/Lambda",
    name,
    dimensions: { FunctionName: fn.name },
    value,
    unit,
  });
}
