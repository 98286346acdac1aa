import type { Host } from "../../../host/service";
import type { FunctionVersion } from "../state/function";
import { clockState, type Files, startInstance } from "./instance";
import { createInstancePool, type InstancePool } from "./instance-pool";

/** The environments of all versions. They stop with the account. */
interface VersionPools {
  /** Aborted when the account closes. */
  readonly closing: AbortSignal;
  /** Returns the environments of a version. */
  poolOf(version: FunctionVersion): InstancePool;
  /** Stops idle environments that do not run the version's live revision. */
  retire(version: FunctionVersion, all?: "all"): Promise<void>;
  close(): Promise<void>;
}

/** Creates the pools, whose environments follow the account's clock. */
export function createVersionPools(host: Host, files: Files): VersionPools {
  const pools = new Map<FunctionVersion, InstancePool>();
  const closing = new AbortController();

  const forgetClock = host.clock.onChange(() => {
    for (const { instances } of pools.values())
      for (const { environment } of instances) environment.setClock(clockState(host));
  });

  const checkOpen = ({ fn }: FunctionVersion) => {
    if (closing.signal.aborted) throw new Error(`Lambda: ${fn.name} was invoked while the account closes.`);
  };

  return {
    closing: closing.signal,
    poolOf(version) {
      const pool =
        pools.get(version) ??
        createInstancePool(version, (observer) =>
          startInstance(host, files, version, { ...observer, checkOpen: () => checkOpen(version) }),
        );
      pools.set(version, pool);
      return pool;
    },
    async retire(version, all) {
      await pools.get(version)?.retire(all === "all");
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
