import { randomUUID } from "node:crypto";
import { Fault } from "../../endpoint/fault";
import type { Session } from "../../endpoint/principal";
import type { Host } from "../../endpoint/service";
import { type Environment, type Reply, startEnvironment } from "./environment";
import { openEnvironment } from "./environment-key";
import type { LambdaFunction, Revision } from "./function";
import { type FunctionLog, openFunctionLog } from "./function-log";
import { functionMetric } from "./function-metric";
import type { FunctionError } from "./protocol";
import { writeReport, writeStart } from "./report";
import { assumeFunctionRole, callerOf } from "./role";

export interface Request {
  /** JSON text; empty means `{}`. */
  readonly payload: Uint8Array;
  readonly requestId?: string;
  readonly clientContext?: string;
}

/** How an invocation ended. */
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

/** A warm environment, with the role's session that its code uses. */
interface Instance {
  readonly revision: Revision;
  readonly environment: Environment;
  readonly log: FunctionLog;
  readonly born: number;
  loaded: boolean;
  dead: boolean;
}

interface Pool {
  active: number;
  starting: number;
  readonly instances: Set<Instance>;
  readonly idle: Instance[];
  readonly waiting: (() => void)[];
}

/** Init has ten seconds, or the function's timeout if that is longer: AWS repeats a slow init within the timeout. */
const initLimitMs = 10_000;
/** Invocations beyond these wait for an environment, so that a burst does not start a thousand threads on one machine. */
const maxEnvironments = 10;
const maxResponseBytes = 6 * 1024 * 1024 + 100;

export function createRunner(host: Host): Runner {
  const pools = new Map<LambdaFunction, Pool>();
  let closed = false;

  const poolOf = (fn: LambdaFunction): Pool => {
    let pool = pools.get(fn);
    if (!pool) {
      pool = { active: 0, starting: 0, instances: new Set(), idle: [], waiting: [] };
      pools.set(fn, pool);
    }
    return pool;
  };

  const start = async (fn: LambdaFunction, pool: Pool): Promise<Instance> => {
    const revision = fn.live;
    const { settings, code } = revision;
    const session = assumeFunctionRole(host, fn, settings.role);
    const role = callerOf(fn, session);
    const own = await openEnvironment(host, role, fn.name, revision);
    if (closed) throw new Error(`Lambda: ${fn.name} was invoked while the account closes.`);
    const log = openFunctionLog(host, role, settings.logging.LogGroup ?? `/aws/lambda/${fn.name}`);
    const environment = startEnvironment({
      boot: {
        taskRoot: code.directory,
        handler: settings.handler,
        nodeMajor: Number(/^nodejs(\d+)/.exec(settings.runtime)?.[1] ?? 0),
        logFormat: settings.logging.LogFormat ?? "Text",
        logLevel: settings.logging.ApplicationLogLevel ?? "INFO",
      },
      variables: { ...variablesOf(host, fn, revision, session, log), ...own },
      memoryMb: settings.memoryMb,
      onLog: log.write,
      onDeath: () => {
        instance.dead = true;
        drop(pool, instance);
      },
    });
    const instance: Instance = { revision, environment, log, born: performance.now(), loaded: false, dead: false };
    pool.instances.add(instance);
    return instance;
  };

  const drop = (pool: Pool, instance: Instance) => {
    pool.instances.delete(instance);
    const place = pool.idle.indexOf(instance);
    if (place !== -1) pool.idle.splice(place, 1);
    pool.waiting.shift()?.();
  };

  const acquire = async (fn: LambdaFunction, pool: Pool): Promise<Instance> => {
    for (;;) {
      const warm = pool.idle.pop();
      if (warm) return warm;
      if (pool.instances.size + pool.starting < maxEnvironments) {
        pool.starting++;
        try {
          return await start(fn, pool);
        } finally {
          pool.starting--;
        }
      }
      await new Promise<void>((resolve) => pool.waiting.push(resolve));
    }
  };

  const release = async (fn: LambdaFunction, pool: Pool, instance: Instance, usable: boolean) => {
    if (usable && !instance.dead && !closed && instance.revision === fn.live) {
      pool.idle.push(instance);
      pool.waiting.shift()?.();
    } else {
      drop(pool, instance);
      await instance.environment.stop();
    }
  };

  const metric = (fn: LambdaFunction, name: string, value: number, unit?: string) =>
    functionMetric(host, fn, name, value, unit);

  const run = async (fn: LambdaFunction, pool: Pool, request: Request, requestId: string): Promise<Outcome> => {
    const instance = await acquire(fn, pool);
    const { settings } = instance.revision;
    const timeout = settings.timeoutSeconds * 1000;
    instance.log.takeTail();

    let reply: Reply | undefined;
    let initDurationMs: number | undefined;
    if (!instance.loaded) {
      reply = await instance.environment.ready(Math.max(initLimitMs, timeout));
      initDurationMs = performance.now() - instance.born;
      instance.loaded = reply.type === "ready";
    }
    writeStart(instance.log, settings.logging, requestId, host.clock.now());
    const started = performance.now();
    if (instance.loaded) {
      reply = await instance.environment.invoke({
        requestId,
        event: Buffer.from(request.payload).toString() || "{}",
        functionName: fn.name,
        functionArn: fn.arn,
        memoryMb: settings.memoryMb,
        logGroupName: instance.log.groupName,
        logStreamName: instance.log.streamName,
        timeout,
        now: host.clock.now(),
        speed: host.clock.speed,
        ...(request.clientContext !== undefined && { clientContext: request.clientContext }),
      });
    }
    const durationMs = performance.now() - started;
    const { json, failed } = read(reply, requestId, settings.timeoutSeconds);
    if (reply?.type === "timeout") {
      instance.log.write(
        `${new Date(host.clock.now()).toISOString()} ${requestId} ${timedOut(settings.timeoutSeconds)}`,
      );
    }
    writeReport(
      instance.log,
      settings.logging,
      {
        requestId,
        durationMs,
        memorySizeMb: settings.memoryMb,
        memoryUsedMb: reply && "memoryMb" in reply ? reply.memoryMb : settings.memoryMb,
        ...(initDurationMs !== undefined && { initDurationMs }),
        status: reply?.type === "timeout" ? "timeout" : failed ? "error" : "success",
      },
      host.clock.now(),
    );
    metric(fn, "Duration", durationMs, "Milliseconds");
    metric(fn, "Errors", failed ? 1 : 0);
    const logTail = instance.log.takeTail();
    await release(fn, pool, instance, reply?.type === "result" || reply?.type === "error");
    return { requestId, payload: Buffer.from(json), logTail, ...(failed && { functionError: "Unhandled" as const }) };
  };

  return {
    async invoke(fn, request) {
      const pool = poolOf(fn);
      const reserved = fn.concurrency?.ReservedConcurrentExecutions;
      if (reserved !== undefined && pool.active >= reserved) {
        metric(fn, "Throttles", 1);
        throw new Fault("TooManyRequestsException", "Rate Exceeded.", {
          members: { Reason: "ReservedFunctionConcurrentInvocationLimitExceeded", Type: "User" },
        });
      }
      pool.active++;
      metric(fn, "Invocations", 1);
      metric(fn, "ConcurrentExecutions", pool.active);
      try {
        return await run(fn, pool, request, request.requestId ?? randomUUID());
      } finally {
        pool.active--;
      }
    },
    async retire(fn, all) {
      const pool = pools.get(fn);
      if (!pool) return;
      const stale = pool.idle.filter(({ revision }) => all || revision !== fn.live);
      for (const instance of stale) drop(pool, instance);
      await Promise.all(stale.map(({ environment }) => environment.stop()));
    },
    async close() {
      closed = true;
      const instances = [...pools.values()].flatMap((pool) => [...pool.instances]);
      await Promise.all(instances.map(({ environment }) => environment.stop()));
      pools.clear();
    },
  };
}

/** The variables that Lambda defines; the function's own come beside them. */
function variablesOf(host: Host, fn: LambdaFunction, { settings, code }: Revision, session: Session, log: FunctionLog) {
  return {
    AWS_REGION: fn.region,
    AWS_DEFAULT_REGION: fn.region,
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken,
    AWS_ENDPOINT_URL: host.origin,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: log.groupName,
    AWS_LAMBDA_LOG_STREAM_NAME: log.streamName,
    LAMBDA_TASK_ROOT: code.directory,
    LANG: "en_US.UTF-8",
    PATH: "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    TZ: ":UTC",
    _HANDLER: settings.handler,
  };
}

const timedOut = (seconds: number) => `Task timed out after ${seconds.toFixed(2)} seconds`;

/** What the caller of the function sees. */
function read(reply: Reply | undefined, requestId: string, timeoutSeconds: number): { json: string; failed: boolean } {
  const failure = (error: FunctionError) => ({ json: JSON.stringify(error), failed: true });
  const runtime = (errorType: string, message: string) =>
    failure({ errorType, errorMessage: `RequestId: ${requestId} Error: ${message}` });
  switch (reply?.type) {
    case "result":
      if (Buffer.byteLength(reply.json) <= maxResponseBytes) return { json: reply.json, failed: false };
      return failure({
        errorType: "Function.ResponseSizeTooLarge",
        errorMessage: `Response payload size exceeded maximum allowed payload size (${maxResponseBytes} bytes).`,
      });
    case "error":
    case "fatal":
      return failure(reply.error);
    case "timeout":
      return runtime("Sandbox.Timedout", timedOut(timeoutSeconds));
    case "exit":
      if (reply.outOfMemory) return runtime("Runtime.OutOfMemory", "Runtime exited with error: signal: killed");
      return runtime(
        "Runtime.ExitError",
        reply.code === 0
          ? "Runtime exited without providing a reason"
          : `Runtime exited with error: exit status ${reply.code}`,
      );
    default:
      throw new Error(`Lambda: the runtime of request ${requestId} answered ${reply?.type ?? "nothing"}.`);
  }
}
