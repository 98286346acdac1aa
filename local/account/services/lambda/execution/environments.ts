import type { Host } from "../../../host/service";
import type { CodeStore } from "../code/code-store";
import { type LambdaFunction, latestVersion, logGroupOf } from "../state/function";
import { startEnvironment } from "./environment";
import { openEnvironment } from "./environment-key";
import { openFunctionLog } from "./function-log";
import { clockState, type Instance } from "./instance";
import { assumeFunctionRole, callerOf } from "./role";
import { variablesOf } from "./variables";
import type { Workspace } from "./workspace";

/**
 * Invocations beyond these wait for an environment, so that a burst does not start a thousand
 * processes on one machine.
 */
const maxEnvironments = 10;

/** The files of functions. */
export interface Files {
  readonly workspace: Workspace;
  readonly codes: CodeStore;
}

/** The environments of one function. */
interface Pool {
  /** All of them, also busy ones. */
  readonly instances: Set<Instance>;
  readonly idle: Instance[];
  readonly waiting: (() => void)[];
  starting: number;
}

/** The environments of all functions. They stop with the account, and follow its clock. */
export interface Environments {
  /** Aborted when the account closes. */
  readonly closing: AbortSignal;
  /** A warm environment, or a new one, or the next one that becomes free. */
  acquire(fn: LambdaFunction): Promise<Instance>;
  /** Gives an environment back. It is stopped unless it is usable and has the live revision. */
  release(fn: LambdaFunction, instance: Instance, usable: boolean): Promise<void>;
  /** Stops idle environments: those that do not run the function's live revision, or all. */
  retire(fn: LambdaFunction, all?: "all"): Promise<void>;
  close(): Promise<void>;
}

export function createEnvironments(host: Host, files: Files): Environments {
  const pools = new Map<LambdaFunction, Pool>();
  const closing = new AbortController();
  const all = () => [...pools.values()].flatMap(({ instances }) => [...instances]);

  const forgetClock = host.clock.onChange(() => {
    for (const { environment } of all()) environment.setClock(clockState(host));
  });
  const poolOf = (fn: LambdaFunction): Pool => {
    const pool = pools.get(fn) ?? { instances: new Set(), idle: [], waiting: [], starting: 0 };
    pools.set(fn, pool);
    return pool;
  };
  const drop = ({ instances, idle, waiting }: Pool, instance: Instance) => {
    instances.delete(instance);
    const index = idle.indexOf(instance);
    if (index !== -1) idle.splice(index, 1);
    waiting.shift()?.();
  };
  const start = async (fn: LambdaFunction, pool: Pool): Promise<Instance> => {
    pool.starting++;
    try {
      const options = await prepareInstance(host, files, fn);
      if (closing.signal.aborted) throw new Error(`Lambda: ${fn.name} was invoked while the account closes.`);
      const instance = startInstance(host, files.workspace, fn, options, () => drop(pool, instance));
      pool.instances.add(instance);
      return instance;
    } finally {
      pool.starting--;
    }
  };

  return {
    closing: closing.signal,
    async acquire(fn) {
      const pool = poolOf(fn);
      for (;;) {
        const warm = pool.idle.pop();
        if (warm) return warm;
        if (pool.instances.size + pool.starting < maxEnvironments) return start(fn, pool);
        await new Promise<void>((resolve) => pool.waiting.push(resolve));
      }
    },
    async release(fn, instance, usable) {
      const pool = poolOf(fn);
      if (usable && !instance.ended && instance.revision === fn.live) {
        pool.idle.push(instance);
        pool.waiting.shift()?.();
      } else {
        drop(pool, instance);
        await instance.environment.stop();
      }
    },
    async retire(fn, which) {
      const pool = poolOf(fn);
      const stale = pool.idle.filter(({ revision }) => which === "all" || revision !== fn.live);
      for (const instance of stale) drop(pool, instance);
      await Promise.all(stale.map(({ environment }) => environment.stop()));
    },
    async close() {
      closing.abort();
      forgetClock();
      await Promise.all(all().map(({ environment }) => environment.stop()));
      pools.clear();
    },
  };
}

/** Unpacks the code of the live revision, assumes its role, and opens its log and its variables. */
async function prepareInstance(host: Host, { codes }: Files, fn: LambdaFunction) {
  const revision = fn.live;
  const { role } = revision.settings;
  const session = assumeFunctionRole(host, fn, role);
  const caller = callerOf(fn, session);
  const own = await openEnvironment(host, caller, fn.name, revision);
  const folder = await codes.folderOf(revision.code);
  const log = openFunctionLog(host, caller, latestVersion, logGroupOf(fn));
  return { revision, folder, log, variables: { ...variablesOf(host, fn, session, log, folder), ...own } };
}

/** Starts the process of an environment; `onEnd` is called when it has ended. */
function startInstance(
  host: Host,
  workspace: Workspace,
  fn: LambdaFunction,
  { revision, folder, log, variables }: Awaited<ReturnType<typeof prepareInstance>>,
  onEnd: () => void,
): Instance {
  const { handler, runtime, memoryMb } = revision.settings;
  const environment = startEnvironment({
    boot: {
      taskRoot: folder.directory,
      handler,
      nodeMajor: Number(/^nodejs(\d+)/.exec(runtime)?.[1] ?? 0),
      ...clockState(host),
    },
    variables,
    memoryMb,
    runtimeFile: workspace.runtimeFile(),
    onLog(text) {
      log.write(text);
      host.emit("function.log", { functionName: fn.name, text });
    },
    onDeath() {
      instance.ended = true;
      onEnd();
    },
  });
  const instance: Instance = { revision, environment, log, started: performance.now(), loaded: false, ended: false };
  return instance;
}
