import { randomUUID } from "node:crypto";
import { Fault } from "../../../aws/fault";
import type { InjectedFaults } from "../../../host/injected-faults";
import type { Host } from "../../../host/service";
import type { FunctionVersion, LambdaFunction, Target } from "../state/function";
import { emitFunctionMetric } from "./function-metric";
import { type Files, type Instance, neverBegan, type Request, type Run, runEvent } from "./instance";
import { runWithEffect } from "./invocation-effect";
import { causeOf, responseOf } from "./outcome";
import { writeReport, writeStart } from "./report";
import { createVersionPools } from "./version-pools";

/** The result of an invocation. */
export interface Outcome {
  readonly requestId: string;
  /** The handler's result, or the error, as JSON text. */
  readonly payload: Uint8Array;
  readonly functionError?: "Unhandled";
  /** Base64 of the log's last 4 KB. */
  readonly logTail: string;
}

export interface Runner {
  /** Runs a function once. Throws `TooManyRequestsException` beyond its reserved concurrency. */
  invoke(target: Target, request: Request): Promise<Outcome>;
  /** Stops idle environments that do not run the version's live revision. */
  retire(version: FunctionVersion, all?: "all"): Promise<void>;
  close(): Promise<void>;
}

/** Environments that end between two events, one after the other, before the event is given up. */
const maxAttempts = 3;

/** Creates the execution environments of all functions. */
export function createRunner(host: Host, files: Files, faults: Pick<InjectedFaults, "onInvocation">): Runner {
  const pools = createVersionPools(host, files);
  /** Invocations in progress: versions share the reserved concurrency. */
  const active = new WeakMap<LambdaFunction, number>();
  const activeOf = (fn: LambdaFunction) => active.get(fn) ?? 0;
  const isOpen = () => !pools.closing.aborted;

  /** Runs an event, with the effect of an injected fault if there is one. */
  const runOrFail = async (target: Target, instance: Instance, request: Request, requestId: string): Promise<Run> => {
    const effect = faults.onInvocation(target.fn.name, (fault) => host.noteFault(requestId, fault));
    if (!effect) return runEvent(host, target, instance, request, requestId);
    const { log, revision } = instance;
    return runWithEffect(effect, {
      perform: () => runEvent(host, target, instance, request, requestId),
      begin: () => writeStart(log, revision.settings.logging, requestId, host.clock.now()),
      timeoutMs: revision.settings.timeoutSeconds * 1000,
      closing: pools.closing,
    });
  };

  const run = async (target: Target, request: Request, requestId: string): Promise<Outcome> => {
    const pool = pools.poolOf(target.version);
    const runOnce = async () => {
      const instance = await pool.acquire();
      instance.log.takeTail();
      return { instance, done: await runOrFail(target, instance, request, requestId) };
    };
    let { instance, done } = await runOnce();
    // Work that the handler left behind ended the environment before this event: AWS starts another environment.
    for (let attempt = 1; attempt < maxAttempts && instance.loaded && isOpen() && neverBegan(done.reply); attempt++) {
      await pool.release(instance, false);
      ({ instance, done } = await runOnce());
    }
    const outcome = report(host, target, instance, requestId, done);
    await pool.release(instance, isOpen() && (done.reply.type === "result" || done.reply.type === "error"));
    return outcome;
  };

  return {
    async invoke(target, request) {
      const { fn } = target;
      checkConcurrency(host, target, activeOf(fn));
      active.set(fn, activeOf(fn) + 1);
      emitFunctionMetric(host, target, "Invocations", 1);
      emitFunctionMetric(host, target, "ConcurrentExecutions", activeOf(fn));
      try {
        return await run(target, request, request.requestId ?? randomUUID());
      } finally {
        active.set(fn, activeOf(fn) - 1);
      }
    },
    retire: pools.retire,
    close: pools.close,
  };
}

function checkConcurrency(host: Host, target: Target, active: number): void {
  const { fn } = target;
  const reserved = fn.concurrency?.ReservedConcurrentExecutions;
  if (reserved === undefined || active < reserved) return;
  emitFunctionMetric(host, target, "Throttles", 1);
  throw new Fault("TooManyRequestsException", "Rate Exceeded.", {
    members: { Reason: "ReservedFunctionConcurrentInvocationLimitExceeded", Type: "User" },
  });
}

/** Writes the end of an invocation to the log and the metrics. Returns what the caller gets. */
function report(host: Host, target: Target, { revision, log }: Instance, requestId: string, done: Run): Outcome {
  const { reply, ...durations } = done;
  const { settings } = revision;
  const { payload, failed } = responseOf(reply, requestId, settings.timeoutSeconds);
  // Known members: `responseOf` makes the error.
  if (failed) host.emit("function.error", { functionName: target.fn.name, ...JSON.parse(payload.toString()) });
  const cause = causeOf(reply, requestId, settings.timeoutSeconds, host.clock.now());
  if (cause !== undefined) log.write(cause);
  const figures = {
    requestId,
    ...durations,
    memorySizeMb: settings.memoryMb,
    memoryUsedMb: "memoryMb" in reply ? reply.memoryMb : settings.memoryMb,
    status: reply.type === "timeout" ? "timeout" : failed ? "error" : "success",
  } as const;
  writeReport(log, settings.logging, figures, host.clock.now());
  emitFunctionMetric(host, target, "Duration", done.durationMs, "Milliseconds");
  emitFunctionMetric(host, target, "Errors", failed ? 1 : 0);
  return { requestId, payload, logTail: log.takeTail(), ...(failed && { functionError: "Unhandled" as const }) };
}
