import { endGroup } from "../../../processes/group";
import { watchMemory } from "../../../processes/memory";

const megabyte = 1024 * 1024;

interface MemoryLimitOptions {
  readonly log: (text: string) => void;
  /** Returns whether the process handles an event; an idle one is checked less often. */
  readonly isBusy: () => boolean;
}

/**
 * Limits the resident memory of a process above that of the started runtime. A process above the
 * limit is ended.
 */
export function createMemoryLimit(pid: number | undefined, memoryMb: number, { log, isBusy }: MemoryLimitOptions) {
  let baseline = 0;
  let exceeded = false;
  let unwatch = () => {};
  const end = () => {
    exceeded = true;
    log(`The process of the function uses more than ${memoryMb} MB beyond what Node.js needs: it was ended.`);
    endGroup(pid);
  };
  return {
    get exceeded() {
      return exceeded;
    },
    start(residentBytes: number) {
      baseline = residentBytes;
      if (pid === undefined) return;
      unwatch = watchMemory({ pid, limit: baseline + memoryMb * megabyte, busy: isBusy, exceeded: end });
    },
    /** The used MB; undefined if the limit is exceeded, which ends the process. */
    check(residentBytes: number): number | undefined {
      const used = residentBytes - baseline;
      if (used > memoryMb * megabyte) {
        end();
        return undefined;
      }
      return Math.max(1, Math.ceil(used / megabyte));
    },
    stop: () => unwatch(),
  };
}
