import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import { endWithThisProcess } from "../../../processes/cleaner";
import { endGroup } from "../../../processes/group";
import { createLogLimit } from "./log-limit";
import { createMemoryLimit } from "./memory-limit";
import type { Bootstrap, ClockMessage, ClockState, InvokeMessage, RuntimeMessage } from "./protocol";
import { createReplies, type Reply } from "./replies";
import { isRunning, readOutput, sendFrame, spawnRuntime, waitForEnd } from "./runtime-process";

/**
 * One execution environment: a process that loads the handler once and then takes one event at a
 * time.
 */
export interface Environment {
  /** Waits until the handler is loaded. */
  ready(limitMs: number): Promise<Reply>;
  /**
   * `onBegin` is called when the runtime has read the event, before anything that the handler logs.
   */
  invoke(message: Omit<InvokeMessage, "type">, event: Uint8Array, onBegin: () => void): Promise<Reply>;
  /** Sends the changed clock of the account to a runtime that handles an event. */
  setClock(state: ClockState): void;
  /** Ends the process and the processes that it started (see `endGroup`). */
  stop(): Promise<void>;
}

export interface EnvironmentOptions {
  readonly boot: Omit<Bootstrap, "type" | "nonce">;
  /** The whole environment of the process. */
  readonly variables: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  /** The runtime of functions as one file. */
  readonly runtimeFile: string;
  readonly onLog: (text: string) => void;
  /** The process ended, or reported that it cannot continue. */
  readonly onDeath: () => void;
}

/** The request that the runtime handles, and whether its event was read. */
interface CurrentRequest {
  readonly requestId: string;
  readonly onBegin: () => void;
  begun: boolean;
}

/**
 * Starts a process with its own variables, folder, pipes and memory limit, and nothing of the
 * host's. It is not a sandbox: the process has the rights of the user who started the account.
 */
export function startEnvironment(options: EnvironmentOptions): Environment {
  const { boot, memoryMb, onLog, onDeath } = options;
  const child = spawnRuntime(options);
  const log = createLogLimit(onLog);
  const replies = createReplies();
  let loading = true;
  let current: CurrentRequest | undefined;
  const kill = () => endGroup(child.pid);
  const memory = createMemoryLimit(child.pid, memoryMb, { log, isBusy: () => replies.expected });

  const begun = () => current?.begun ?? true;
  const receive = (message: RuntimeMessage, json: Buffer) => {
    switch (message.type) {
      case "booted":
        return memory.start(message.residentBytes);
      case "ready":
        if (!loading) return;
        loading = false;
        return replies.settle({ type: "ready" });
      case "log":
        return log(message.text);
      case "started":
        if (current?.requestId !== message.requestId || current.begun) return;
        current.begun = true;
        return current.onBegin();
      case "result":
      case "error": {
        if (message.requestId !== current?.requestId) return;
        const used = memory.check(message.residentBytes);
        if (used !== undefined) replies.settle(toReply(message, json, used));
        return;
      }
      case "fatal":
        replies.settle({ type: "fatal", error: message.error, begun: begun() });
        onDeath();
        // The process has nothing left to do, and the reply was read.
        return kill();
    }
  };

  let release = () => {};
  if (child.pid !== undefined) {
    const nonce = randomBytes(16).toString("hex");
    release = endWithThisProcess(child.pid);
    readOutput(child.stdio as unknown as readonly Readable[], nonce, {
      receive,
      log,
      closed: () => isRunning(child) && kill(),
    });
    sendFrame(child, { ...boot, type: "boot", nonce } as Bootstrap);
  }
  const onExit = () => {
    memory.stop();
    // The processes that it started end with it, as in AWS, and close the pipes.
    kill();
  };
  const ended = waitForEnd(child, log, onExit).then((how) => {
    release();
    // V8 aborts when the heap is full, after a message.
    const heapFull = log.heapExhausted() && (how.signal === "SIGABRT" || how.code === 134);
    replies.settle({ type: "exit", how: { ...how, outOfMemory: memory.exceeded || heapFull }, begun: begun() });
    onDeath();
  });

  return {
    ready: replies.wait,
    invoke(message, event, onBegin) {
      current = { requestId: message.requestId, begun: false, onBegin };
      log.restart();
      sendFrame(child, { ...message, type: "invoke" } as InvokeMessage, event);
      return replies.wait(message.timeout);
    },
    setClock(state) {
      // An idle runtime gets the time with its next event.
      if (replies.expected) sendFrame(child, { ...state, type: "clock" } as ClockMessage);
    },
    async stop() {
      kill();
      await ended;
    },
  };
}

const toReply = (
  message: Extract<RuntimeMessage, { type: "result" | "error" }>,
  json: Buffer,
  memoryMb: number,
): Reply =>
  message.type === "result" ? { type: "result", json, memoryMb } : { type: "error", error: message.error, memoryMb };
