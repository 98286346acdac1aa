import type { FunctionLog } from "./function-log";

/** Lambda's own report about an invocation at its end. */
export interface Report {
  readonly requestId: string;
  readonly durationMs: number;
  readonly memorySizeMb: number;
  readonly memoryUsedMb: number;
  readonly initDurationMs?: number;
  readonly status: "success" | "error" | "timeout";
}

export const writeStart = (log: FunctionLog, requestId: string) =>
  log.write(`START RequestId: ${requestId} Version: $LATEST`);

export function writeReport(log: FunctionLog, report: Report): void {
  const { requestId, durationMs, memorySizeMb, memoryUsedMb, initDurationMs, status } = report;
  log.write(`END RequestId: ${requestId}`);
  const fields = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs + (initDurationMs ?? 0))} ms`,
    `Memory Size: ${memorySizeMb} MB`,
    `Max Memory Used: ${memoryUsedMb} MB`,
    ...(initDurationMs === undefined ? [] : [`Init Duration: ${initDurationMs.toFixed(2)} ms`]),
    ...(status === "success" ? [] : [`Status: ${status}`]),
  ];
  log.write(`${fields.join("\t")}\t`);
}
