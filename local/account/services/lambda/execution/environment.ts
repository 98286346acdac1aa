import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { Duplex, Readable } from "node:stream";
import { endWithThisProcess } from "../../../processes/cleaner";
import { endGroup, ownGroup } from "../../../processes/group";
import { readLines } from "../../../processes/lines";
import { watchMemory } from "../../../processes/memory";
import { createLogLimit } from "./log-limit";
import {
  type Bootstrap,
  type ClockMessage,
  type ClockState,
  type Frame,
  type FunctionError,
  fromAccount,
  type InvokeMessage,
  maxLogEventBytes,
  type RuntimeMessage,
  toAccount,
} from "./protocol";
import type { Workspace } from "./workspace";

/** How waiting for the process ended. */
export type Reply =
  | { readonly type: "ready" }
  | { readonly type: "result"; readonly json: Buffer; readonly memoryMb: number }
  | { readonly type: "error"; readonly error: FunctionError; readonly memoryMb: number }
  /** `begun`: whether the event that was waited for had reached the runtime. */
  | { readonly type: "fatal"; readonly error: FunctionError; readonly begun: boolean }
  | { readonly type: "exit"; readonly how: Exit; readonly begun: boolean }
  | { readonly type: "timeout" };

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly outOfMemory: boolean;
}

/** One execution environment: a process that loads the handler once and then takes one event at a time. */
export interface Environment {
  /** Waits until the handler is loaded. */
  ready(limitMs: number): Promise<Reply>;
  /** `onBegin` is called when the runtime has read the event, before anything that the handler logs. */
  invoke(message: Omit<InvokeMessage, "type">, event: Uint8Array, onBegin: () => void): Promise<Reply>;
  /** Tells a runtime that handles an event that the account's clock has changed. */
  setClock(state: ClockState): void;
  /** Ends the process and every process that it started. */
  stop(): Promise<void>;
}

export interface EnvironmentOptions {
  readonly boot: Omit<Bootstrap, "type" | "nonce">;
  /** The whole environment of the process. */
  readonly variables: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly workspace: Workspace;
  readonly onLog: (text: string) => void;
  /** The process ended, or said that it cannot go on. */
  readonly onDeath: () => void;
}

const megabyte = 1024 * 1024;
/** A response twice over, because quotes and backslashes of an error's text are written as two characters. */
const longestMessage = 16 * megabyte;
/**
 * How long the pipes of a process that has ended may stay open, because a process that it started has them too, and how
 * long a process whose pipes are closed may take to end.
 */
const drainMs = 100;

/**
 * Starts a process with its own variables, folder, pipes and memory limit, and nothing of the host's. It is no sandbox:
 * the process has the rights of the user who started the account.
 */
export function startEnvironment(options: EnvironmentOptions): Environment {
  const { boot, memoryMb, onLog, onDeath } = options;
  const nonce = randomBytes(16).toString("hex");
  const child = spawnRuntime(options);
  const log = createLogLimit(onLog);
  let waiting: ((reply: Reply) => void) | undefined;
  let early: Reply | undefined;
  /** The request that is waited for, and whether its event was read. */
  let current: { readonly requestId: string; begun: boolean; readonly onBegin: () => void } | undefined;
  let baseline = 0;
  let outOfMemory = false;
  let unwatch = () => {};
  let release = () => {};

  const settle = (reply: Reply) => {
    if (waiting) waiting(reply);
    else early ??= reply;
    waiting = undefined;
  };
  const begun = () => current?.begun ?? true;
  const kill = () => endGroup(child.pid);
  const overLimit = (resident: number) => resident - baseline > memoryMb * megabyte;
  const endForMemory = () => {
    outOfMemory = true;
    log(`The process of the function holds more than ${memoryMb} MB beyond what Node.js needs: it was ended.`);
    kill();
  };
  const answer = (message: Extract<RuntimeMessage, { residentBytes: number; requestId: string }>, json: Buffer) => {
    if (message.requestId !== current?.requestId) return;
    if (overLimit(message.residentBytes)) return endForMemory();
    const used = Math.max(1, Math.ceil((message.residentBytes - baseline) / megabyte));
    const reply = message.type === "result" ? { json } : { error: message.error };
    settle({ type: message.type, memoryMb: used, ...reply } as Reply);
  };

  const receive = (message: RuntimeMessage, json: Buffer) => {
    switch (message.type) {
      case "booted":
        baseline = message.residentBytes;
        if (child.pid === undefined) return;
        unwatch = watchMemory({
          pid: child.pid,
          limit: baseline + memoryMb * megabyte,
          busy: () => waiting !== undefined,
          exceeded: endForMemory,
        });
        return;
      case "ready":
        return settle({ type: "ready" });
      case "log":
        return log(message.text);
      case "started":
        if (current?.requestId !== message.requestId || current.begun) return;
        current.begun = true;
        return current.onBegin();
      case "result":
      case "error":
        return answer(message, json);
      case "fatal":
        settle({ type: "fatal", error: message.error, begun: begun() });
        onDeath();
        // What ended has no use for its process; the reply is out.
        return kill();
    }
  };

  const send = (frame: Omit<Frame, "bytes">, bytes: Uint8Array = new Uint8Array()) => {
    const pipe = child.stdio[fromAccount] as Duplex;
    pipe.cork();
    pipe.write(`${JSON.stringify({ ...frame, bytes: bytes.length })}\n`);
    if (bytes.length > 0) pipe.write(bytes);
    pipe.uncork();
  };

  if (child.pid !== undefined) {
    release = endWithThisProcess(child.pid);
    readOutput(child.stdio as unknown as readonly Readable[], nonce, {
      receive,
      log,
      closed: () => setTimeout(() => child.exitCode === null && child.signalCode === null && kill(), drainMs).unref(),
    });
    send({ ...boot, type: "boot", nonce } as Bootstrap);
  }
  const ended = new Promise<void>((resolve) => {
    const finish = (how: Omit<Exit, "outOfMemory">) => {
      release();
      // V8 aborts when the heap is full, after a message.
      const heapFull = log.heapExhausted() && (how.signal === "SIGABRT" || how.code === 134);
      settle({ type: "exit", how: { ...how, outOfMemory: outOfMemory || heapFull }, begun: begun() });
      onDeath();
      resolve();
    };
    child.once("exit", (code, signal) => {
      unwatch();
      // Whatever it started ends with it, as in AWS, and lets go of the pipes.
      kill();
      const timer = setTimeout(done, drainMs);
      child.once("close", done);
      function done() {
        clearTimeout(timer);
        child.off("close", done);
        for (const pipe of child.stdio) pipe?.destroy();
        finish({ code, signal });
      }
    });
    child.once("error", (error) => {
      if (child.pid !== undefined) return;
      log(`Node.js could not be started for the function: ${error.message}`);
      finish({ code: 1, signal: null });
    });
  });

  /** Real time: it measures code. */
  const wait = (limitMs: number) =>
    new Promise<Reply>((resolve) => {
      if (early) {
        resolve(early);
        early = undefined;
        return;
      }
      // A reply that arrived while the account was busy counts: the pipes are read before the timer's next turn.
      const timer = setTimeout(() => setImmediate(() => waiting === reply && settle({ type: "timeout" })), limitMs);
      const reply = (received: Reply) => {
        clearTimeout(timer);
        resolve(received);
      };
      waiting = reply;
    });

  return {
    ready: wait,
    invoke(message, event, onBegin) {
      current = { requestId: message.requestId, begun: false, onBegin };
      log.restart();
      send({ ...message, type: "invoke" } as InvokeMessage, event);
      return wait(message.timeout);
    },
    setClock(state) {
      // An idle runtime gets the time with its next event.
      if (waiting) send({ ...state, type: "clock" } as ClockMessage);
    },
    async stop() {
      kill();
      await ended;
    },
  };
}

function spawnRuntime({ boot, variables, memoryMb, workspace }: EnvironmentOptions) {
  // The young generation is small: many environments are resident, and few of them have much to do.
  const flags = [`--max-old-space-size=${memoryMb}`, "--max-semi-space-size=4"];
  const child = spawn(process.execPath, [...flags, workspace.runtimeFile()], {
    cwd: boot.taskRoot,
    env: { ...variables },
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
    ...ownGroup,
  });
  // The account runs as long as its socket is open, not as long as functions are warm.
  child.unref();
  for (const pipe of child.stdio ?? []) (pipe as Partial<import("node:net").Socket> | null)?.unref?.();
  return child;
}

interface Output {
  readonly receive: (message: RuntimeMessage, json: Buffer) => void;
  readonly log: (text: string) => void;
  /** A pipe of the runtime was closed: no message can arrive any more. */
  readonly closed: () => void;
}

/** Reads the messages of the runtime, and as log lines what native code and other processes write. */
function readOutput(pipes: readonly Readable[], nonce: string, { receive, log, closed }: Output): void {
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
