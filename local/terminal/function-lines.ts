import type { Host } from "../account/host/service";
import type { PrintLine } from "./terminal-lines";

/** Lines of one text that are printed; the log has all. */
const mostLines = 12;
/** The runtime writes this about an error that ends an invocation, which has its own line. */
const invocationError = /^(Invoke Error|Uncaught Exception|Unhandled Promise Rejection)\b/;

/**
 * Prints what functions write to their logs, and each invocation that fails. `quiet`: only these.
 * Returns a function that ends this.
 */
export function reportFunctions(host: Pick<Host, "on">, print: PrintLine, quiet = false): () => void {
  const stops = [
    host.on("function.error", ({ functionName, errorType, errorMessage, trace = [] }) => {
      printLines(`${functionName} failed: ${errorType}: ${errorMessage}`, print, true);
      // The first line repeats the message.
      const frame = ownFrame(trace);
      if (frame !== undefined) print(`  ${frame}`, true);
    }),
  ];
  if (!quiet) {
    stops.push(
      host.on("function.log", ({ functionName, text }) => {
        const line = readLogLine(text);
        if (line) printLines(`${functionName} ${line.text}`, print, line.failed);
      }),
    );
  }
  return () => {
    for (const stop of stops) stop();
  };
}

function printLines(text: string, print: PrintLine, failed: boolean): void {
  const lines = text.split(/\r\n|[\r\n]/);
  const shown = lines.length > mostLines ? lines.slice(0, mostLines - 1) : lines;
  for (const [i, line] of shown.entries()) print(i === 0 ? line : `  ${line}`, failed);
  if (shown.length < lines.length) print(`  … ${lines.length - shown.length} more lines in the function's log`, failed);
}

/** The level and the text of a log event; undefined for what is not for people. */
function readLogLine(event: string): { text: string; failed: boolean } | undefined {
  const { level, message } = readText(event) ?? readJson(event) ?? { level: "", message: event.trimEnd() };
  if (message === "" || invocationError.test(message)) return undefined;
  return { text: level === "" ? message : `${level} ${message}`, failed: /^(ERROR|FATAL)$/.test(level) };
}

interface LogLine {
  readonly level: string;
  readonly message: string;
}

/** The format Text: time, request id, level and message, separated by tabs. */
function readText(event: string): LogLine | undefined {
  const [, level, message] = /^\S+Z\t\S*\t([A-Z]+)\t(.*)$/s.exec(event) ?? [];
  return level === undefined || message === undefined ? undefined : { level, message };
}

/**
 * JSON with a level and a message, as loggers write it. Metrics in the embedded format have no
 * text.
 */
function readJson(event: string): LogLine | undefined {
  if (!event.startsWith("{")) return undefined;
  let fields: unknown;
  try {
    fields = JSON.parse(event);
  } catch {
    return undefined;
  }
  const { _aws, level, message, ...rest } = fields as Readonly<Record<string, unknown>>;
  if (_aws !== undefined) return { level: "", message: "" };
  if (typeof level !== "string" || message === undefined) return undefined;
  return { level: level.toUpperCase(), message: [toText(message), ...describeCause(rest)].join("") };
}

const toText = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

/** The error in a line of a logger: its name, its reason, and where it was thrown. */
function describeCause({ error, reason, stack }: Readonly<Record<string, unknown>>): string[] {
  const frame = ownFrame(Array.isArray(stack) ? stack.map(String) : String(stack ?? "").split("\n"));
  const what = [error, reason].filter((text) => typeof text === "string").map((text) => `: ${text}`);
  return frame === undefined ? what : [...what, `\n${frame}`];
}

/** The first frame of a stack that is neither in Node.js nor in a package. */
function ownFrame(stack: readonly string[]): string | undefined {
  const frames = stack.map((line) => line.trim()).filter((line) => line.startsWith("at "));
  return frames.find((line) => !/\bnode:|\/node_modules\//.test(line)) ?? frames[0];
}
