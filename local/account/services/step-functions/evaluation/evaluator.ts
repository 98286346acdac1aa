import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { bundleProgram } from "../../../processes/bundle";
import { endWithThisProcess } from "../../../processes/cleaner";
import { endGroup, ownGroup } from "../../../processes/group";
import { watchMemory } from "../../../processes/memory";
import { readProcessorTime } from "../../../processes/processor-time";
import { type Answer, limits, type Notice, type Question } from "./messages";

/** The process was ended: an expression took too long or needed too much memory. `index` is the expression. */
export class LimitExceeded extends Error {
  constructor(
    readonly index: number,
    problem: string,
  ) {
    super(problem);
    this.name = "LimitExceeded";
  }
}

/** A process that answers one question at a time. */
export interface Evaluator {
  /** Rejects with LimitExceeded; the evaluator cannot be used after that. */
  ask(question: Question): Promise<Answer>;
  stop(): void;
}

const megabyte = 1024 * 1024;
const took = `It took longer than ${limits.expressionMs / 1000} s.`;
const grew = "It needed more memory than the local account gives to an expression.";
/** The shortest pause between two checks of a process that gets little processor time. */
const shortestPause = 20;
/** A process that has not started by then never will. */
const startLimitMs = 120_000;

/** A thread is not enough: V8 ends the whole process when a thread asks for one large array beyond its limit. */
function spawnEvaluator(): ChildProcess {
  // Garbage collection on one thread leaves the other processors to the account.
  const flags = [`--max-old-space-size=${limits.heapMb}`, "--max-semi-space-size=4", "--single-threaded-gc"];
  const child = spawn(process.execPath, [...flags, "-"], {
    cwd: path.parse(__dirname).root,
    env: {},
    stdio: ["pipe", "ignore", "ignore", "ipc"],
    ...ownGroup,
  });
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(bundleProgram(path.join(__dirname, "main.ts")));
  child.unref();
  child.channel?.unref();
  return child;
}

export function startEvaluator(onEnd: () => void): Evaluator {
  const child = spawnEvaluator();
  const release = child.pid === undefined ? () => {} : endWithThisProcess(child.pid);

  let booted = false;
  let unwatch = () => {};
  let index = 0;
  let problem = grew;
  let timer: NodeJS.Timeout | undefined;
  let spent = () => 0;
  let waiting: { question: Question; resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;

  const stop = () => endGroup(child.pid);
  const limitTime = (milliseconds: number, used = measureTime(undefined)) => {
    clearTimeout(timer);
    // An answer that arrived while the account was busy counts: it is read before the timer's next turn.
    const check = () => {
      if (!waiting) return;
      const left = milliseconds - used();
      if (left > 0) {
        timer = setTimeout(() => setImmediate(check), Math.max(left, shortestPause));
        return;
      }
      problem = took;
      stop();
    };
    timer = setTimeout(() => setImmediate(check), milliseconds);
  };
  const begin = () => {
    if (!waiting || !booted) return;
    spent = measureTime(child.pid);
    limitTime(limits.expressionMs, spent);
    child.send(waiting.question, (error) => error && stop());
  };
  const boot = (residentBytes: number) => {
    booted = true;
    if (child.pid !== undefined) {
      const limit = residentBytes + limits.residentMb * megabyte;
      unwatch = watchMemory({ pid: child.pid, limit, busy: () => waiting !== undefined, exceeded: stop });
    }
    begin();
  };
  const ended = (cause?: Error) => {
    clearTimeout(timer);
    unwatch();
    release();
    waiting?.reject(cause ?? new LimitExceeded(index, problem));
    waiting = undefined;
    onEnd();
  };

  child.on("message", (message: Answer | Notice) => {
    if (message.type === "booted") return boot(message.residentBytes);
    if (message.type === "at") {
      index = message.index;
      // Each expression has its own time limit; many small ones may take longer together.
      if (spent() < limits.questionMs) limitTime(limits.expressionMs, measureTime(child.pid));
      return;
    }
    clearTimeout(timer);
    waiting?.resolve(message);
    waiting = undefined;
  });
  child.once("exit", () => ended());
  child.once("error", (error) => child.pid === undefined && ended(error));

  return {
    ask(question) {
      index = 0;
      return new Promise((resolve, reject) => {
        waiting = { question, resolve, reject };
        if (booted) begin();
        else limitTime(startLimitMs);
      });
    },
    stop,
  };
}

/** Measures a process's processor time from now on; real time where that is not known, or when it does not run. */
function measureTime(pid: number | undefined): () => number {
  const started = performance.now();
  const before = readProcessorTime(pid);
  return () => {
    const real = performance.now() - started;
    const now = readProcessorTime(pid);
    return before === undefined || now === undefined || real > limits.stuckMs ? real : now - before;
  };
}
