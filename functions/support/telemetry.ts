import { type MetricName, metricNamespace } from "../../names/layout";
import { running } from "./invocation";

/**
 * Writes one structured log line. Never log user ids, session ids or records: logs are kept longer
 * than the consent to them.
 */
export function log(level: "info" | "warn" | "error", message: string, fields: Record<string, unknown> = {}): void {
  // Not console.log: the runtime adds time, request id and level before the text, so that it is not
  // JSON any more.
  writeLine({ level, message, ...fields });
}

/**
 * Writes metric values in CloudWatch's embedded metric format: a log line that CloudWatch turns
 * into metrics, so that the function makes no call. `dimensions` always contain the stack. Each of
 * `sets` is one metric, with these dimensions.
 */
export function emitMetrics(
  dimensions: Record<string, string>,
  values: Partial<Record<MetricName, number>>,
  sets = [Object.keys(dimensions)],
): void {
  const metrics = Object.keys(values).map((Name) => ({ Name, Unit: /(Days|Hours)$/.test(Name) ? "None" : "Count" }));
  const directive = { Namespace: metricNamespace, Dimensions: sets, Metrics: metrics };
  const line = { _aws: { Timestamp: Date.now(), CloudWatchMetrics: [directive] }, ...dimensions, ...values };
  writeLine(line);
}

/**
 * Writes a line with the id of the invocation, by which Lambda's own lines and an error's caller
 * name it.
 */
function writeLine(line: object): void {
  process.stdout.write(`${JSON.stringify({ ...line, requestId: running.requestId })}\n`);
}

/** Returns the name and message of a caught value, without its stack. */
export function describeError(error: unknown): { error: string; reason: string } {
  return error instanceof Error
    ? { error: error.name, reason: error.message }
    : { error: "Error", reason: String(error) };
}
