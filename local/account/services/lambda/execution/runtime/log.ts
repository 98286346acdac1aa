import { format } from "node:util";
import { type Bootstrap, maxLogEventBytes } from "../protocol";
import type { Send } from "./account-pipe";
import { describeError } from "./errors";

const levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

export type Log = (level: string, ...args: readonly unknown[]) => void;

/** Turns the console and the standard streams of the process into the function's log. */
export function createLog(boot: Bootstrap, send: Send, requestId: () => string): Log {
  const lowest = boot.logFormat === "JSON" ? levels.indexOf(boot.logLevel) : 0;
  const write = (text: string) => send({ type: "log", text: text.slice(0, maxLogEventBytes) });

  const log: Log = (level, ...args) => {
    if (levels.indexOf(level) < lowest) return;
    const timestamp = new Date().toISOString();
    if (boot.logFormat === "JSON") return write(jsonLine(timestamp, level, requestId(), args));
    // One call is one log event: Lambda turns line breaks inside it into carriage returns.
    return write(`${timestamp}\t${requestId()}\t${level}\t${format(...args)}`.replaceAll("\n", "\r"));
  };
  for (const [method, level] of [
    ["trace", "TRACE"],
    ["debug", "DEBUG"],
    ["log", "INFO"],
    ["info", "INFO"],
    ["warn", "WARN"],
    ["error", "ERROR"],
  ] as const) {
    console[method] = (...args: unknown[]) => log(level, ...args);
  }
  for (const stream of [process.stdout, process.stderr]) redirect(stream, write);
  return log;
}

function jsonLine(timestamp: string, level: string, requestId: string, args: readonly unknown[]): string {
  const [only] = args;
  const message = args.length === 1 && typeof only === "object" && !(only instanceof Error) ? only : format(...args);
  const error = args.find((arg) => arg instanceof Error);
  const { trace: stackTrace = [], ...described } = error === undefined ? {} : describeError(error);
  const fields = { timestamp, level, requestId, message, ...(error !== undefined && { ...described, stackTrace }) };
  try {
    return JSON.stringify(fields);
  } catch {
    // A cycle, or a number that JSON lacks.
    return JSON.stringify({ ...fields, message: format(...args) });
  }
}

/** Writes to the stream are sent over the account's pipe, so that its order relative to the result is kept. */
function redirect(stream: NodeJS.WriteStream, write: (text: string) => void): void {
  let rest = "";
  stream.write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => {
    const lines = (rest + (typeof chunk === "string" ? chunk : Buffer.from(chunk).toString())).split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) write(text);
    if (rest.length > maxLogEventBytes) {
      write(rest);
      rest = "";
    }
    const callback = typeof encoding === "function" ? encoding : done;
    if (typeof callback === "function") queueMicrotask(() => callback());
    return true;
  }) as typeof stream.write;
  process.on("exit", () => {
    if (rest !== "") write(rest);
  });
}
