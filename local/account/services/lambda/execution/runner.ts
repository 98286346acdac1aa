import { randomUUID } from "node:crypto";
import { Fault } from "../../../endpoint/fault";
import type { Session } from "../../../endpoint/principal";
import type { Host } from "../../../endpoint/service";
import type { FunctionVersion, Revision, Target } from "../state/function";
import { type Environment, type Reply, startEnvironment } from "./environment";
import { openEnvironment } from "./environment-key";
import { type FunctionLog, openFunctionLog } from "./function-log";
import { functionMetric } from "./function-metric";
import { causeOf, responseOf } from "./outcome";
import { writeReport, writeStart } from "./report";
import { assumeFunctionRole, callerOf } from "./role";
import type { Workspace } from "./workspace";

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
  invoke(target: Target, request: Request): Promise<Outcome>;
  /** Stops idle environments that do not run the version's live revision. */
  retire(version: FunctionVersion, all?: "all"): Promise<void>;
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

/** What an environment did with an event. */
interface Run {
  readonly reply: Reply;
  readonly durationMs: number;
  readonly initDurationMs?: number;
}

/** Whether the environment ended without having read the event. */
const neverBegun = (reply: Reply) => (reply.type === "exit" || reply.type === "fatal") && !reply.begun;

interface Pool {
  starting: number;
  readonly instances: Set<Instance>;
  readonly idle: Instance[];
  readonly waiting: (() => void)[];
}

/** Init has ten seconds, or the function's timeout if that is longer: AWS repeats a slow init within the timeout. */
const initLimitMs = 10_000;
/** Invocations beyond these wait for an environment, so that a burst does not start a thousand processes on one machine. */
const maxEnvironments = 10;
/** Environments that end between two events, one after the other, before the event is given up. */
const maxAttempts = 3;

export function createRunner(host: Host, workspace: Workspace): Runner {
  const pools = new Map<FunctionVersion, Pool>();
  let closed = false;

  const clockState = () => ({ now: host.clock.now(), speed: host.clock.speed });
  const forgetClock = host.clock.onChange(() => {
    for (const { instances } of pools.values())
      for (const { environment } of instances) environment.setClock(clockState());
  });

  const poolOf = (version: FunctionVersion): Pool => {
    let pool = pools.get(version);
    if (!pool) {
      pool = { starting: 0, instances: new Set(), idle: [], waiting: [] };
      pools.set(version, pool);
    }
    return pool;
  };

  const start = async (version: FunctionVersion, pool: Pool): Promise<Instance> => {
    const { fn, live: revision } = version;
    const { settings, code } = revision;
    const session = assumeFunctionRole(host, version, settings.role);
    const role = callerOf(version, session);
    const own = await openEnvironment(host, role, fn.name, revision);
    if (closed) throw new Error(`Lambda: ${fn.name} was invoked while the account closes.`);
    const log = openFunctionLog(host, role, version.version, settings.logging.LogGroup ?? `/aws/lambda/${fn.name}`);
    const environment = startEnvironment({
      boot: {
        taskRoot: code.directory,
        handler: settings.handler,
        nodeMajor: Number(/^nodejs(\d+)/.exec(settings.runtime)?.[1] ?? 0),
        logFormat: settings.logging.LogFormat ?? "Text",
        logLevel: settings.logging.ApplicationLogLevel ?? "INFO",
        ...clockState(),
      },
      variables: { ...variablesOf(host, version, session, log), ...own },
      memoryMb: settings.memoryMb,
      workspace,
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

  const acquire = async (version: FunctionVersion, pool: Pool): Promise<Instance> => {
    for (;;) {
      const warm = pool.idle.pop();
      if (warm) return warm;
      if (pool.instances.size + pool.starting < maxEnvironments) {
        pool.starting++;
        try {
          return await start(version, pool);
        } finally {
          pool.starting--;
        }
      }
      await new Promise<void>((resolve) => pool.waiting.push(resolve));
    }
  };

  const release = async (version: FunctionVersion, pool: Pool, instance: Instance, usable: boolean) => {
    if (usable && !instance.dead && !closed && instance.revision === version.live) {
      pool.idle.push(instance);
      pool.waiting.shift()?.();
    } else {
      drop(pool, instance);
      await instance.environment.stop();
    }
  };

  const metric = (target: Target, name: string, value: number, unit?: string) =>
    functionMetric(host, target, name, value, unit);

  /** Loads the handler if it is not yet, then hands over the event. */
  const perform = async (target: Target, instance: Instance, request: Request, requestId: string): Promise<Run> => {
    const { environment, revision, log } = instance;
    const { settings } = revision;
    const timeout = settings.timeoutSeconds * 1000;
    const start = () => writeStart(log, settings.logging, requestId, host.clock.now());
    let init: { initDurationMs: number } | undefined;
    if (!instance.loaded) {
      const reply = await environment.ready(Math.max(initLimitMs, timeout));
      init = { initDurationMs: performance.now() - instance.born };
      instance.loaded = reply.type === "ready";
      if (!instance.loaded) {
        start();
        return { reply, durationMs: 0, ...init };
      }
    }
    const started = performance.now();
    let begun = false;
    const message = {
      requestId,
      functionName: target.fn.name,
      functionVersion: target.version.version,
      functionArn: target.arn,
      memoryMb: settings.memoryMb,
      logGroupName: log.groupName,
      logStreamName: log.streamName,
      timeout,
      ...clockState(),
      ...(request.clientContext !== undefined && { clientContext: request.clientContext }),
    };
    const event = request.payload.length > 0 ? request.payload : Buffer.from("{}");
    const reply = await environment.invoke(message, event, () => {
      begun = true;
      start();
    });
    if (!begun && !neverBegun(reply)) start();
    return { reply, durationMs: performance.now() - started, ...init };
  };

  const run = async (target: Target, pool: Pool, request: Request, requestId: string): Promise<Outcome> => {
    let instance = await acquire(target.version, pool);
    instance.log.takeTail();
    let done = await perform(target, instance, request, requestId);
    // The handler left something behind that ended its environment before this event: AWS starts another.
    for (let attempt = 1; attempt < maxAttempts && instance.loaded && !closed && neverBegun(done.reply); attempt++) {
      await release(target.version, pool, instance, false);
      instance = await acquire(target.version, pool);
      instance.log.takeTail();
      done = await perform(target, instance, request, requestId);
    }
    const outcome = report(target, instance, requestId, done);
    await release(target.version, pool, instance, done.reply.type === "result" || done.reply.type === "error");
    return outcome;
  };

  /** Writes the end of an invocation to the log and the metrics. Returns what the caller gets. */
  const report = (target: Target, { revision, log }: Instance, requestId: string, done: Run): Outcome => {
    const { reply, ...durations } = done;
    const { settings } = revision;
    const { payload, failed } = responseOf(reply, requestId, settings.timeoutSeconds);
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
    metric(target, "Duration", done.durationMs, "Milliseconds");
    metric(target, "Errors", failed ? 1 : 0);
    return { requestId, payload, logTail: log.takeTail(), ...(failed && { functionError: "Unhandled" as const }) };
  };

  return {
    async invoke(target, request) {
      const { fn, version } = target;
      const reserved = fn.concurrency?.ReservedConcurrentExecutions;
      if (reserved !== undefined && fn.active >= reserved) {
        metric(target, "Throttles", 1);
        throw new Fault("TooManyRequestsException", "Rate Exceeded.", {
          members: { Reason: "ReservedFunctionConcurrentInvocationLimitExceeded", Type: "User" },
        });
      }
      fn.active++;
      metric(target, "Invocations", 1);
      metric(target, "ConcurrentExecutions", fn.active);
      try {
        return await run(target, poolOf(version), request, request.requestId ?? randomUUID());
      } finally {
        fn.active--;
      }
    },
    async retire(version, all) {
      const pool = pools.get(version);
      if (!pool) return;
      const stale = pool.idle.filter(({ revision }) => all || revision !== version.live);
      for (const instance of stale) drop(pool, instance);
      await Promise.all(stale.map(({ environment }) => environment.stop()));
    },
    async close() {
      closed = true;
      forgetClock();
      const instances = [...pools.values()].flatMap((pool) => [...pool.instances]);
      await Promise.all(instances.map(({ environment }) => environment.stop()));
      pools.clear();
    },
  };
}

/** The variables that Lambda defines; the function's own are added to them. */
function variablesOf(host: Host, { fn, version, live }: FunctionVersion, session: Session, log: FunctionLog) {
  const { settings, code } = live;
  return {
    AWS_REGION: fn.region,
    AWS_DEFAULT_REGION: fn.region,
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken,
    AWS_ENDPOINT_URL: host.origin,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: log.groupName,
    AWS_LAMBDA_LOG_STREAM_NAME: log.streamName,
    LAMBDA_TASK_ROOT: code.directory,
    LANG: "en_US.UTF-8",
    NODE_PATH: code.imagePackages,
    PATH: "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    TZ: ":UTC",
    _HANDLER: settings.handler,
  };
}
