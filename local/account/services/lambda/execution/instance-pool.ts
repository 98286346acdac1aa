import type { LambdaFunction } from "../state/function";
import type { Instance, InstanceObserver } from "./instance";

/** Invocations beyond these wait for an environment, so that a burst does not start a thousand processes on one machine. */
const maxEnvironments = 10;

/** The environments of one function. */
export interface InstancePool {
  /** All of them, also busy ones. */
  readonly instances: ReadonlySet<Instance>;
  /** A warm environment, or a new one, or the next one that becomes free. */
  acquire(): Promise<Instance>;
  /** Gives an environment back. It is stopped unless it is usable and has the live revision. */
  release(instance: Instance, usable: boolean): Promise<void>;
  /** Stops idle environments: those with an old revision, or all. */
  retire(all: boolean): Promise<void>;
}

/** Creates the pool of a function. `start` starts an environment and reports to the observer. */
export function createInstancePool(
  fn: LambdaFunction,
  start: (observer: Pick<InstanceObserver, "started" | "ended">) => Promise<Instance>,
): InstancePool {
  const instances = new Set<Instance>();
  const idle: Instance[] = [];
  const waiting: (() => void)[] = [];
  let starting = 0;

  const drop = (instance: Instance) => {
    instances.delete(instance);
    const index = idle.indexOf(instance);
    if (index !== -1) idle.splice(index, 1);
    waiting.shift()?.();
  };

  const startCounted = async () => {
    starting++;
    try {
      return await start({ started: (instance) => instances.add(instance), ended: drop });
    } finally {
      starting--;
    }
  };

  return {
    instances,
    async acquire() {
      for (;;) {
        const warm = idle.pop();
        if (warm) return warm;
        if (instances.size + starting < maxEnvironments) return startCounted();
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    async release(instance, usable) {
      if (usable && !instance.ended && instance.revision === fn.live) {
        idle.push(instance);
        waiting.shift()?.();
      } else {
        drop(instance);
        await instance.environment.stop();
      }
    },
    async retire(all) {
      const stale = idle.filter(({ revision }) => all || revision !== fn.live);
      for (const instance of stale) drop(instance);
      await Promise.all(stale.map(({ environment }) => environment.stop()));
    },
  };
}
