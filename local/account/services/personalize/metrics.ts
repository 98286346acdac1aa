import type { Scope } from "../../aws/arn";
import { Fault } from "../../aws/fault";
import { emitMetric } from "../../host/metric";
import type { Host } from "../../host/service";

type Dimensions = Readonly<Record<string, string>>;

/** One value of a metric in the namespace AWS/Personalize (guide, "Amazon Personalize metrics"). */
export function measureMetric(
  host: Host,
  { account, region }: Scope,
  name: string,
  dimensions: Dimensions,
  value: number,
  unit: string,
): void {
  emitMetric(host, { account, region, namespace: "AWS/Personalize", dimensions }, name, value, unit);
}

export const countMetric = (host: Host, scope: Scope, name: string, dimensions: Dimensions) =>
  measureMetric(host, scope, name, dimensions, 1, "Count");

/** The names of a request's metrics, which have no rule (guide, "Amazon Personalize metrics"). */
interface RequestMetrics {
  readonly requests: string;
  /** Start of the names `…4xxErrors` and `…5xxErrors`. */
  readonly errors: string;
  readonly latency: string;
}

/**
 * Runs a request and counts it: a successful one as a request, with its latency, another one as an
 * error (guide, "Amazon Personalize metrics": "successful … API calls", latencies without 4xx and
 * 5xx errors).
 */
export function runCounted<T>(
  host: Host,
  scope: Scope,
  { requests, errors, latency }: RequestMetrics,
  dimensions: Dimensions,
  work: () => T,
): T {
  const started = performance.now();
  let result: T;
  try {
    result = work();
  } catch (error) {
    countMetric(host, scope, `${errors}${error instanceof Fault ? "4xx" : "5xx"}Errors`, dimensions);
    throw error;
  }
  countMetric(host, scope, requests, dimensions);
  measureMetric(host, scope, latency, dimensions, performance.now() - started, "Milliseconds");
  return result;
}
