import { StringDecoder } from "node:string_decoder";
import { format } from "node:util";
import { maxLogEventBytes } from "../protocol";
import type { Send } from "./account-pipe";

export type Log = (level: string, ...args: readonly unknown[]) => void;

/** Turns the console and the standard streams of the process into the function's log. */
export function createLog(send: Send, requestId: () => string): Log {
  const write = (text: string) => send({ type: "log", text: text.slice(0, maxLogEventBytes) });

  const log: Log = (level, ...args) => {
    const timestamp = new Date().toISOString();
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

/**
 * Writes to the stream are sent over the account's pipe, so that its order relative to the result
 * is kept.
 */
function redirect(stream: NodeJS.WriteStream, write: (text: string) => void): void {
  let rest = "";
  // A character of several bytes can come in two writes.
  const decoder = new StringDecoder("utf8");
  stream.write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk, isEncoding(encoding) ? encoding : "utf8") : chunk;
    const lines = (rest + decoder.write(bytes)).split("\n");
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
    rest += decoder.end();
    if (rest !== "") write(rest);
  });
}

const isEncoding = (value: unknown): value is BufferEncoding => typeof value === "string" && Buffer.isEncoding(value);
