import type { LoggingConfig } from "@aws-sdk/client-lambda";
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

const round = (milliseconds: number) => Math.round(milliseconds * 100) / 100;

export function writeStart(
  log: FunctionLog,
  { LogFormat, SystemLogLevel }: LoggingConfig,
  requestId: string,
  now: number,
) {
  if (LogFormat !== "JSON") return log.write(`START RequestId: ${requestId} Version: $LATEST`);
  if (SystemLogLevel === "WARN") return;
  log.write(line(now, "platform.start", { requestId, version: "$LATEST" }));
}

export function writeReport(
  log: FunctionLog,
  { LogFormat, SystemLogLevel }: LoggingConfig,
  report: Report,
  now: number,
) {
  const { requestId, durationMs, memorySizeMb, memoryUsedMb, initDurationMs, status } = report;
  if (LogFormat === "JSON") {
    if (SystemLogLevel === "WARN" && status === "success") return;
    const metrics = {
      durationMs: round(durationMs),
      billedDurationMs: Math.ceil(durationMs + (initDurationMs ?? 0)),
      memorySizeMB: memorySizeMb,
      maxMemoryUsedMB: memoryUsedMb,
      ...(initDurationMs !== undefined && { initDurationMs: round(initDurationMs) }),
    };
    return log.write(line(now, "platform.report", { requestId, metrics, status }));
  }
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

const line = (now: number, type: string, record: object) =>
  JSON.stringify({ time: new Date(now).toISOString(), type, record });
