/** One structured log line. Never put user ids, session ids or records in `fields`: logs live longer than consent. */
export function log(level: "info" | "warn" | "error", message: string, fields: Record<string, unknown> = {}): void {
  // Not console.log: the runtime puts time, request id and level before its text, which is then no JSON any more.
  process.stdout.write(`${JSON.stringify({ level, message, ...fields })}\n`);
}

/**
 * Metric values in CloudWatch's embedded metric format: a log line that CloudWatch turns into metrics, without a call
 * on the function's path. Namespace `PetRecommender`; `dimensions` always hold the stack.
 */
export function emitMetrics(dimensions: Record<string, string>, values: Record<string, number>): void {
  const metrics = Object.keys(values).map((Name) => ({ Name, Unit: Name.endsWith("Days") ? "None" : "Count" }));
  const directive = { Namespace: "PetRecommender", Dimensions: [Object.keys(dimensions)], Metrics: metrics };
  const line = { _aws: { Timestamp: Date.now(), CloudWatchMetrics: [directive] }, ...dimensions, ...values };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** What a caught value says about itself, without its stack. */
export function describeError(error: unknown): { error: string; reason: string } {
  return error instanceof Error
    ? { error: error.name, reason: error.message }
    : { error: "Error", reason: String(error) };
}
