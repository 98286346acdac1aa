import { Fault } from "./fault";
import type { ServiceName } from "./service";

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

export interface InjectedFaults {
  inject(fault: InjectedFault): void;
  /** Throws the next fault that waits for this operation, if there is one. */
  raise(service: ServiceName, operation: string): void;
  clear(): void;
}

export function createInjectedFaults(): InjectedFaults {
  let waiting: { readonly fault: InjectedFault; left: number }[] = [];
  return {
    inject: (fault) => {
      waiting.push({ fault, left: fault.times ?? 1 });
    },
    raise(service, operation) {
      const next = waiting.find(({ fault }) => fault.service === service && fault.operation === operation);
      if (!next) return;
      next.left--;
      waiting = waiting.filter(({ left }) => left > 0);
      const { code, message, status } = next.fault;
      throw new Fault(code, message, status === undefined ? {} : { status });
    },
    clear: () => {
      waiting = [];
    },
  };
}
