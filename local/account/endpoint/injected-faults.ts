import { randomUUID } from "node:crypto";
import type { ServiceName } from "./clients";
import { Fault } from "./fault";

/** A fault for tests: the next `times` calls of an operation fail with it instead of running. */
export interface InjectedFault {
  readonly service: ServiceName;
  readonly operation: string;
  /** The service's error code, e.g. `LimitExceededException` or `ThrottlingException`. */
  readonly code: string;
  readonly message: string;
  /** HTTP status. @default the status in the service's model */
  readonly status?: number;
  /** @default 1 */
  readonly times?: number;
}

/** A fault that waits for calls. */
export interface WaitingFault extends InjectedFault {
  readonly id: string;
  /** Calls that it will still fail. */
  readonly left: number;
}

export interface InjectedFaults {
  inject(fault: InjectedFault): WaitingFault;
  /** In the order in which they were injected. */
  list(): readonly WaitingFault[];
  /** Returns whether there was one with this id. */
  remove(id: string): boolean;
  /** Throws the next fault that waits for this operation, if there is one. */
  raise(service: ServiceName, operation: string): void;
  clear(): void;
  /** Calls `listener` after each change of the list; returns what ends that. */
  onChange(listener: () => void): () => void;
}

export function createInjectedFaults(): InjectedFaults {
  let waiting: WaitingFault[] = [];
  const listeners = new Set<() => void>();
  const set = (next: WaitingFault[]) => {
    waiting = next;
    for (const listener of listeners) listener();
  };
  return {
    inject(fault) {
      const added = { ...fault, id: randomUUID(), left: fault.times ?? 1 };
      set([...waiting, added]);
      return added;
    },
    list: () => waiting,
    remove(id) {
      const found = waiting.some((fault) => fault.id === id);
      if (found) set(waiting.filter((fault) => fault.id !== id));
      return found;
    },
    raise(service, operation) {
      const next = waiting.find((fault) => fault.service === service && fault.operation === operation);
      if (!next) return;
      const used = { ...next, left: next.left - 1 };
      set(waiting.map((fault) => (fault === next ? used : fault)).filter(({ left }) => left > 0));
      const { code, message, status } = next;
      throw new Fault(code, message, status === undefined ? {} : { status });
    },
    clear: () => set([]),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
