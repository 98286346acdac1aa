import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex, Readable } from "node:stream";
import { ownGroup } from "../../../processes/group";
import { readLines } from "../../../processes/lines";
import { type Bootstrap, type Frame, fromAccount, maxLogEventBytes, type RuntimeMessage, toAccount } from "./protocol";
import type { Workspace } from "./workspace";

const megabyte = 1024 * 1024;
/** A response twice over, because quotes and backslashes of an error's text are written as two characters. */
const longestMessage = 16 * megabyte;

interface RuntimeOptions {
  readonly boot: Omit<Bootstrap, "type" | "nonce">;
  readonly variables: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly workspace: Workspace;
}

/** Starts the runtime in a process with its own variables, folder and pipes. */
export function spawnRuntime({ boot, variables, memoryMb, workspace }: RuntimeOptions) {
  // The young generation is small: many environments are resident, and few of them have much to do.
  const flags = [`--max-old-space-size=${memoryMb}`, "--max-semi-space-size=4"];
  const child = spawn(process.execPath, [...flags, workspace.runtimeFile()], {
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
  /** A pipe of the runtime was closed: no message can arrive any more. */
  readonly closed: () => void;
}

/** Reads the messages of the runtime, and as log lines what native code and other processes write. */
export function readOutput(pipes: readonly Readable[], nonce: string, { receive, log, closed }: Output): void {
  for (const pipe of pipes.slice(1, 3)) {
    readLines(pipe, { longest: maxLogEventBytes, tooLong: "cut" }, (line) => log(line.toString()));
  }
  const messages = pipes[toAccount];
  const events = pipes[fromAccount];
  if (!messages || !events) return;
  const start = Buffer.from(`${nonce} `);
  readLines(messages, { longest: longestMessage, tooLong: "drop" }, (line) => {
    if (line.compare(start, 0, start.length, 0, Math.min(start.length, line.length)) !== 0) return;
    const tab = line.indexOf(0x09);
    const message = line.toString("utf8", start.length, tab === -1 ? line.length : tab);
    receive(JSON.parse(message) as RuntimeMessage, tab === -1 ? Buffer.alloc(0) : line.subarray(tab + 1));
  });
  events.on("error", () => undefined);
  events.resume();
  events.once("close", closed);
  messages.once("close", closed);
}
