import path from "node:path";
import { Worker } from "node:worker_threads";
import type { Bootstrap, FunctionError, InvokeMessage, WorkerMessage } from "./protocol";

/** How waiting for the thread ended. */
export type Reply =
  | Exclude<WorkerMessage, { type: "log" }>
  | { readonly type: "timeout" }
  | { readonly type: "exit"; readonly code: number; readonly outOfMemory: boolean };

/** One execution environment: a thread that loads the handler once and then takes one event at a time. */
export interface Environment {
  /** Waits until the handler is loaded. */
  ready(limitMs: number): Promise<Reply>;
  invoke(message: InvokeMessage): Promise<Reply>;
  stop(): Promise<void>;
}

export interface EnvironmentOptions {
  readonly boot: Bootstrap;
  /** The whole environment of the thread. */
  readonly variables: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly onLog: (text: string) => void;
  /** The thread ended while nobody waited for it, or told that it cannot go on. */
  readonly onDeath: () => void;
}

/** Starts a thread with its own environment variables and memory limit, and nothing of the host's. */
export function startEnvironment({ boot, variables, memoryMb, onLog, onDeath }: EnvironmentOptions): Environment {
  const worker = new Worker(path.join(__dirname, "worker.mts"), {
    workerData: boot,
    env: { ...variables },
    execArgv: [],
    argv: [],
    stdin: false,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  // The account lives by its socket, not by warm functions.
  worker.unref();

  let outOfMemory = false;
  let waiting: ((reply: Reply) => void) | undefined;
  let early: Reply | undefined;

  const settle = (reply: Reply) => {
    if (waiting) {
      waiting(reply);
      waiting = undefined;
    } else {
      early ??= reply;
    }
  };
  worker.on("message", (message: WorkerMessage) => {
    if (message.type === "log") return onLog(message.text);
    if (message.type === "fatal") onDeath();
    settle(message);
  });
  worker.on("error", (error: NodeJS.ErrnoException) => {
    outOfMemory = error.code === "ERR_WORKER_OUT_OF_MEMORY";
    if (!outOfMemory) settle({ type: "fatal", error: describe(error) });
    onDeath();
  });
  worker.on("exit", (code) => {
    settle({ type: "exit", code, outOfMemory });
    onDeath();
  });

  /** Real time: it measures code. */
  const wait = (limitMs: number) =>
    new Promise<Reply>((resolve) => {
      if (early) {
        resolve(early);
        early = undefined;
        return;
      }
      const timer = setTimeout(() => settle({ type: "timeout" }), limitMs);
      waiting = (reply) => {
        clearTimeout(timer);
        resolve(reply);
      };
    });

  return {
    ready: wait,
    invoke(message) {
      worker.postMessage(message);
      return wait(message.timeout);
    },
    async stop() {
      await worker.terminate();
    },
  };
}

const describe = (error: Error): FunctionError => ({
  errorType: error.name,
  errorMessage: error.message,
  trace: (error.stack ?? "").split("\n"),
});
