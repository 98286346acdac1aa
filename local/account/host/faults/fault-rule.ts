import type { ServiceName } from "../../model/clients";

/** The effect on a call of a service. */
export type CallEffect =
  /** The call is not run; the caller gets this error, e.g. `ThrottlingException`. */
  | {
      readonly kind: "error";
      readonly code: string;
      readonly message: string;
      /** HTTP status. @default the status in the service's model */
      readonly status?: number;
    }
  /**
   * The call runs later. Real milliseconds: clients measure their timeouts and deadlines in real
   * time, and a jump of the account's clock waits for the calls that it caused, so that a call that
   * waits for the clock would never end.
   */
  | { readonly kind: "latency"; readonly milliseconds: number }
  /** The connection is closed without an answer, and the call is not run. */
  | { readonly kind: "drop-before" }
  /** The call is run, and the connection is closed without an answer. */
  | { readonly kind: "drop-after" }
  /**
   * The call succeeds. What it starts in Personalize (a training, an import, the update of a
   * campaign) ends with its failed status, and this message as the reason.
   */
  | { readonly kind: "fail-job"; readonly message: string };

/** The effect on an invocation of a Lambda function. */
export type InvocationEffect =
  /** The process of the function ends before the handler has the event. */
  | { readonly kind: "crash-before" }
  /** The handler has done its work; the process ends before its answer arrives. */
  | { readonly kind: "crash-after" }
  /**
   * The handler does nothing until the function's timeout, which is real time, as for every
   * function.
   */
  | { readonly kind: "hang" };

/** The calls that a rule selects, among those to which it can apply. */
interface Selection {
  /** The part of the calls, above 0 and at most 1. @default 1 */
  readonly share?: number;
  /** With the same seed, a share selects the same places in the sequence of calls. @default 0 */
  readonly seed?: number;
  /** The most calls. @default 1; no limit for a rule with `share` or `until` */
  readonly times?: number;
  /** ISO 8601, by the account's clock: from this time on. */
  readonly from?: string;
  /** ISO 8601, by the account's clock: before this time. The rule ends then. */
  readonly until?: string;
}

/** A rule for calls of services, those of the account's services to each other included. */
export interface CallFault extends Selection {
  /** `*` is every service. */
  readonly service: ServiceName | "*";
  /** `*` is every operation. */
  readonly operation: string;
  /** The ARN of the calling principal, or a part of it. @default every caller */
  readonly caller?: string;
  readonly effect: CallEffect;
}

/** A rule for invocations of functions, however they are invoked. */
interface InvocationFault extends Selection {
  /** The name of the function; `*` is every function. */
  readonly functionName: string;
  readonly effect: InvocationEffect;
}

/** A fault that the account has on request. */
export type FaultRule = CallFault | InvocationFault;

/** The short form of a rule with an error: the next `times` calls of an operation fail with it. */
export interface InjectedFault {
  readonly service: ServiceName;
  readonly operation: string;
  readonly code: string;
  readonly message: string;
  readonly status?: number;
  /** @default 1 */
  readonly times?: number;
}

export function toRule(given: FaultRule | InjectedFault): FaultRule {
  if ("effect" in given) return given;
  const { code, message, status, ...rest } = given;
  return { ...rest, effect: { kind: "error", code, message, ...(status === undefined ? {} : { status }) } };
}
