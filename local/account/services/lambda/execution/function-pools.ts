import type { Host } from "../../../host/service";
import type { LambdaFunction } from "../state/function";
import { clockState, type Files, startInstance } from "./instance";
import { createInstancePool, type InstancePool } from "./instance-pool";

/** The environments of all functions. They stop with the account. */
interface FunctionPools {
  /** Aborted when the account closes. */
  readonly closing: AbortSignal;
  /** Returns the environments of a function. */
  poolOf(fn: LambdaFunction): InstancePool;
  /** Stops idle environments that do not run the function's live revision. */
  retire(fn: LambdaFunction, all?: "all"): Promise<void>;
  close(): Promise<void>;
}

/** Creates the pools, whose environments follow the account's clock. */
export function createFunctionPools(host: Host, files: Files): FunctionPools {
  const pools = new Map<LambdaFunction, InstancePool>();
  const closing = new AbortController();

  const forgetClock = host.clock.onChange(() => {
    for (const { instances } of pools.values())
      for (const { environment } of instances) environment.setClock(clockState(host));
  });

  const checkOpen = ({ name }: LambdaFunction) => {
    if (closing.signal.aborted) throw new Error(`Lambda: ${name} was invoked while the account closes.`);
  };

  return {
    closing: closing.signal,
    poolOf(fn) {
      const pool =
        pools.get(fn) ??
        createInstancePool(fn, (observer) =>
          startInstance(host, files, fn, { ...observer, checkOpen: () => checkOpen(fn) }),
        );
      pools.set(fn, pool);
      return pool;
    },
    async retire(fn, all) {
      await pools.get(fn)?.retire(all === "all");
    },
    async close() {
      closing.abort();
      forgetClock();
      const instances = [...pools.values()].flatMap((pool) => [...pool.instances]);
      await Promise.all(instances.map(({ environment }) => environment.stop()));
      pools.clear();
    },
  };
}
