import { randomUUID } from "node:crypto";
import { Fault } from "../../../aws/fault";
import type { InjectedFaults } from "../../../host/faults/injected-faults";
import type { Host } from "../../../host/service";
import type { LambdaFunction } from "../state/function";
import { createEnvironments, type Files } from "./environments";
import { emitFunctionMetric } from "./function-metric";
import { type Instance, neverBegan, type Request, type Run, runEvent } from "./instance";
import { runWithEffect } from "./invocation-effect";
import { causeOf, responseOf } from "./outcome";
import { writeReport, writeStart } from "./report";

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
  invoke(fn: LambdaFunction, request: Request): Promise<Outcome>;
  /** Stops idle environments that do not run the function's live revision. */
  retire(fn: LambdaFunction, all?: "all"): Promise<void>;
  close(): Promise<void>;
}

/** Environments that end between two events, one after the other, before the event is given up. */
const maxAttempts = 3;

/** Creates the execution environments of all functions. */
export function createRunner(host: Host, files: Files, faults: Pick<InjectedFaults, "onInvocation">): Runner {
  const environments = createEnvironments(host, files);
  /** Invocations in progress, which the reserved concurrency limits. */
  const active = new WeakMap<LambdaFunction, number>();
  const activeOf = (fn: LambdaFunction) => active.get(fn) ?? 0;
  const isOpen = () => !environments.closing.aborted;

  /** Runs an event, with the effect of an injected fault if there is one. */
  const runOrFail = async (
    fn: LambdaFunction,
    instance: Instance,
    request: Request,
    requestId: string,
  ): Promise<Run> => {
    const effect = faults.onInvocation(fn.name, (fault) => host.noteFault(requestId, fault));
    if (!effect) return runEvent(host, fn, instance, request, requestId);
    const { log, revision } = instance;
    return runWithEffect(effect, {
      perform: () => runEvent(host, fn, instance, request, requestId),
      begin: () => writeStart(log, requestId),
      timeoutMs: revision.settings.timeoutSeconds * 1000,
      closing: environments.closing,
    });
  };

  const run = async (fn: LambdaFunction, request: Request, requestId: string): Promise<Outcome> => {
    const runOnce = async () => {
      const instance = await environments.acquire(fn);
      instance.log.takeTail();
      return { instance, done: await runOrFail(fn, instance, request, requestId) };
    };
    let { instance, done } = await runOnce();
    // Work that the handler left behind ended the environment before this event: AWS starts another
    // environment.
    for (let attempt = 1; attempt < maxAttempts && instance.loaded && isOpen() && neverBegan(done.reply); attempt++) {
      await environments.release(fn, instance, false);
      ({ instance, done } = await runOnce());
    }
    const outcome = report(host, fn, instance, requestId, done);
    await environments.release(fn, instance, isOpen() && (done.reply.type === "result" || done.reply.type === "error"));
    return outcome;
  };

  return {
    async invoke(fn, request) {
      checkConcurrency(host, fn, activeOf(fn));
      active.set(fn, activeOf(fn) + 1);
      emitFunctionMetric(host, fn, "Invocations", 1);
      emitFunctionMetric(host, fn, "ConcurrentExecutions", activeOf(fn));
      try {
        return await run(fn, request, request.requestId ?? randomUUID());
      } finally {
        active.set(fn, activeOf(fn) - 1);
      }
    },
    retire: environments.retire,
    close: environments.close,
  };
}

function checkConcurrency(host: Host, fn: LambdaFunction, active: number): void {
  const reserved = fn.concurrency?.ReservedConcurrentExecutions;
  if (reserved === undefined || active < reserved) return;
  emitFunctionMetric(host, fn, "Throttles", 1);
  throw new Fault("TooManyRequestsException", "Rate Exceeded.", {
    members: { Reason: "ReservedFunctionConcurrentInvocationLimitExceeded", Type: "User" },
  });
}

/** Writes the end of an invocation to the log and the metrics. Returns what the caller gets. */
function report(host: Host, fn: LambdaFunction, { revision, log }: Instance, requestId: string, done: Run): Outcome {
  const { reply, ...durations } = done;
  const { settings } = revision;
  const { payload, failed } = responseOf(reply, requestId, settings.timeoutSeconds);
  // Known members: `responseOf` makes the error.
  if (failed) host.emit("function.error", { functionName: fn.name, ...JSON.parse(payload.toString()) });
  const cause = causeOf(reply, requestId, settings.timeoutSeconds, host.clock.now());
  if (cause !== undefined) log.write(cause);
  const figures = {
    requestId,
    ...durations,
    memorySizeMb: settings.memoryMb,
    memoryUsedMb: "memoryMb" in reply ? reply.memoryMb : settings.memoryMb,
    status: reply.type === "timeout" ? "timeout" : failed ? "error" : "success",
  } as const;
  writeReport(log, figures);
  emitFunctionMetric(host, fn, "Duration", done.durationMs, "Milliseconds");
  emitFunctionMetric(host, fn, "Errors", failed ? 1 : 0);
  return { requestId, payload, logTail: log.takeTail(), ...(failed && { functionError: "Unhandled" as const }) };
}
