import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex, Readable } from "node:stream";
import { ownGroup } from "../../../processes/group";
import { readLines } from "../../../processes/lines";
import { type Bootstrap, type Frame, fromAccount, maxLogEventBytes, type RuntimeMessage, toAccount } from "./protocol";
import { readMessage } from "./runtime-message";

const megabyte = 1024 * 1024;
/**
 * A response twice over, because quotes and backslashes of an error's text are written as two
 * characters.
 */
const longestMessage = 16 * megabyte;

/**
 * The time that the pipes of a process that has ended may stay open, because a process that it
 * started has them too, and that a process whose pipes are closed may take to end.
 */
const drainMs = 1_000;

interface RuntimeOptions {
  readonly boot: Omit<Bootstrap, "type" | "nonce">;
  readonly variables: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly runtimeFile: string;
}

/** Starts the runtime in a process with its own variables, folder and pipes. */
export function spawnRuntime({ boot, variables, memoryMb, runtimeFile }: RuntimeOptions) {
  // The young generation is small: many environments are resident, and few of them have much to do.
  const flags = [`--max-old-space-size=${memoryMb}`, "--max-semi-space-size=4"];
  const child = spawn(process.execPath, [...flags, runtimeFile], {
    cwd: boot.taskRoot,
    env: { ...variables },
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
    ...ownGroup,
  });
  // Warm functions do not keep the account running.
  child.unref();
  for (const pipe of child.stdio ?? []) (pipe as Partial<import("node:net").Socket> | null)?.unref?.();
  return child;
}

/** Sends a message to the runtime. */
export function sendFrame(
  child: ChildProcess,
  frame: Omit<Frame, "bytes">,
  bytes: Uint8Array = new Uint8Array(),
): void {
  const pipe = child.stdio[fromAccount] as Duplex;
  pipe.cork();
  pipe.write(`${JSON.stringify({ ...frame, bytes: bytes.length })}\n`);
  if (bytes.length > 0) pipe.write(bytes);
  pipe.uncork();
}

interface Output {
  readonly receive: (message: RuntimeMessage, json: Buffer) => void;
  readonly log: (text: string) => void;
  /** A pipe of the runtime was closed some time ago: no message can arrive any more. */
  readonly closed: () => void;
}

/**
 * Reads the messages of the runtime, and as log lines what native code and other processes write.
 */
export function readOutput(pipes: readonly Readable[], nonce: string, { receive, log, closed }: Output): void {
  for (const pipe of pipes.slice(1, 3)) {
    readLines(pipe, { longest: maxLogEventBytes, incomplete: "keep" }, (line) => log(line.toString()));
  }
  const messages = pipes[toAccount];
  const events = pipes[fromAccount];
  if (!messages || !events) return;
  // A process that is ended leaves a message without its end.
  readLines(messages, { longest: longestMessage, incomplete: "drop" }, (line) => {
    const read = readMessage(line, nonce);
    if (read) receive(read.message, read.json);
  });
  events.on("error", () => undefined);
  events.resume();
  // A process whose pipes are closed may take a moment to end.
  const later = () => void setTimeout(closed, drainMs).unref();
  events.once("close", later);
  messages.once("close", later);
}

/** The end of a process. */
interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Waits until a process ended and all that it wrote was read. `onExit` is called when it ends. A
 * process that could not be started has ended with code 1; the reason is logged.
 */
export function waitForEnd(child: ChildProcess, log: (text: string) => void, onExit: () => void): Promise<Ending> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      onExit();
      // Data that arrived while the account was busy are read before the timer's next turn.
      const timer = setTimeout(() => setImmediate(finish), drainMs);
      child.once("close", finish);
      function finish() {
        clearTimeout(timer);
        child.off("close", finish);
        for (const pipe of child.stdio) pipe?.destroy();
        resolve({ code, signal });
      }
    });
    child.once("error", (error) => {
      if (child.pid !== undefined) return;
      log(`Node.js could not be started for the function: ${error.message}`);
      resolve({ code: 1, signal: null });
    });
  });
}

export const isRunning = ({ exitCode, signalCode }: ChildProcess) => exitCode === null && signalCode === null;
