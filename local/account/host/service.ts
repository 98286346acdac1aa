import type { Scope } from "../aws/arn";
import type { Fault } from "../aws/fault";
import type { Clients, InputOf, OperationOf, OutputOf, ServiceName } from "../model/clients";
import type { Violation } from "../model/validate";
import type { Clock } from "../time/clock";
import type { MetFault } from "./faults/injected-faults";
import type { PolicyDocument, Principal, Session } from "./principal";
import type { Authorisation } from "./request-log";

/** The caller, with account and Region. */
export interface Caller {
  readonly account: string;
  readonly region: string;
  readonly principal: Principal;
  /** The service that calls on the principal's behalf (see `forwardCaller`), if any. */
  readonly via?: string;
}

/** One request as a handler sees it. */
export interface Call extends Caller {
  readonly requestId: string;
}

/**
 * Handlers by operation, typed by the SDK: a wrong name or member does not compile. Absent
 * operations return 501.
 */
export type Handlers<M> = {
  [O in OperationOf<M>]?: (input: InputOf<M, O>, call: Call) => OutputOf<M, O> | Promise<OutputOf<M, O>>;
};

/** One permission that a call needs; all of a call's permissions must be allowed. */
export interface Permission {
  readonly action: string;
  /** An ARN, or `*` where the service has no resource-level permission for the action. */
  readonly resource: string;
  /** Condition keys beyond the global ones, e.g. `s3:prefix`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}
/**
 * The permissions that each operation needs. An empty list means that the handler decides (STS
 * GetCallerIdentity needs nothing, for instance). `defineService` demands an entry for every
 * operation that a service implements.
 */
export type Permissions<M, O extends OperationOf<M> = OperationOf<M>> = {
  [Name in O]: (input: InputOf<M, Name>, call: Call) => readonly Permission[];
};

export interface Service<S extends ServiceName = ServiceName> {
  readonly name: S;
  /** Prefix of its IAM actions: `logs`, `states`, `kinesis`. */
  readonly iamPrefix: string;
  /** The exception for a request that breaks a constraint of the model. */
  readonly validationError: string;
  /**
   * A different error for one violation, where the service has one; `leave`: the handler returns
   * it.
   */
  readonly violationFault?: (violation: Violation, input: object) => Fault | "leave" | undefined;
  readonly handlers: Handlers<Clients[S]>;
  readonly permissions: Partial<Permissions<Clients[S]>>;
  /**
   * The account and Region of the resource at a path, for unsigned requests and for signature
   * version 2.
   */
  readonly scopeOf?: (path: string) => Scope | undefined;
  /** The policy attached to a resource of this service, if it has one. */
  readonly resourcePolicy?: (resourceArn: string) => PolicyDocument | undefined;
}

/** Notifications between the account's services, without a request, a permission or a log line. */
export interface Signals {
  /** Records were appended to a shard, or it was closed: waiting readers can read. */
  "kinesis.append": { streamArn: string; shardId: string; records: number };
  /** Values of a metric of an AWS service, for CloudWatch, at the clock's present time. */
  metric: {
    account: string;
    region: string;
    namespace: string;
    name: string;
    dimensions: Readonly<Record<string, string>>;
    values: readonly number[];
    unit: string;
  };
  /** Real progress of a training, 0 to 1, and the present step: for people who run the account. */
  training: { solutionVersionArn: string; done: number; what: string };
  /**
   * A step of a resource's life began or ended, e.g. a training: for people who run the account.
   */
  work: {
    /** The same at the beginning and at the end. */
    id: string;
    /** The kind of work, a key of `durations`. */
    takes: string;
    label: string;
    ended: boolean;
    status: string;
    failureReason?: string;
  };
  /** A function's code wrote to its log: for people who run the account. */
  "function.log": { functionName: string; text: string };
  /** An invocation failed: its handler threw, it ran out of time, or its process ended. */
  "function.error": { functionName: string; errorType: string; errorMessage: string; trace?: readonly string[] };
  /** The progress of a deployment from this process, for people who open the console meanwhile. */
  deployment: {
    stack: string;
    rows: readonly { readonly label: string; readonly state: string; readonly detail?: string }[];
    /** It has succeeded or failed. */
    ended: boolean;
  };
  /** An AWS service's event for the default event bus. */
  event: {
    account: string;
    region: string;
    source: string;
    detailType: string;
    resources: readonly string[];
    detail: unknown;
  };
}

/** The operations that a service implements. */
type Implemented<S extends ServiceName, H> = Extract<keyof H, OperationOf<Clients[S]>>;

/**
 * A service whose every implemented operation has its permissions: one that is missing does not
 * compile.
 */
export function defineService<S extends ServiceName, H extends Handlers<Clients[S]>>(
  service: Omit<Service<S>, "handlers" | "permissions"> & {
    readonly handlers: H;
    readonly permissions: Permissions<Clients[S], Implemented<S, H>>;
  },
): Service<S> {
  return service as unknown as Service<S>;
}

/** Everything that the account's services can use. */
export interface Host {
  readonly clock: Clock;
  /** `http://127.0.0.1:PORT`: the value of `AWS_ENDPOINT_URL` for this account. */
  readonly origin: string;
  /**
   * Calls an operation as `caller`: validated, authorised and logged exactly like a request over
   * the wire.
   */
  call<S extends ServiceName, O extends OperationOf<Clients[S]>>(
    caller: Caller,
    service: S,
    operation: O,
    input: InputOf<Clients[S], O>,
  ): Promise<OutputOf<Clients[S], O>>;
  /**
   * The same for an operation known only at run time (Step Functions' SDK integrations, the
   * Scheduler's universal targets).
   */
  dispatch(caller: Caller, service: ServiceName, operation: string, input: unknown): Promise<unknown>;
  /**
   * A session of `roleArn` for an AWS service, e.g. `lambda.amazonaws.com`. Throws `AccessDenied`
   * when the role does not exist or its trust policy refuses the service (conditions aws:SourceArn
   * and aws:SourceAccount included).
   */
  assumeRole(
    service: string,
    roleArn: string,
    options: { sessionName: string; region: string; sourceArn?: string; hidesSource?: true },
  ): Session;
  /**
   * Throws `AccessDenied` unless the caller has a permission: for those that a handler finds out.
   * The decision is in the log when the caller is the call itself.
   */
  authorise(caller: Caller, permission: Permission): void;
  /** Adds a decision that a service made itself to the log of the call. */
  noteDecision(caller: Caller, decision: Authorisation): void;
  /** Adds an injected fault to the log's entry of a request that still runs. */
  noteFault(requestId: string, fault: MetFault): void;
  emit<K extends keyof Signals>(signal: K, value: Signals[K]): void;
  on<K extends keyof Signals>(signal: K, listener: (value: Signals[K]) => void): () => void;
  /**
   * Ids and keys. In an account with a seed, the draws for one subject are the same in each run,
   * whatever is drawn for others.
   */
  randomBytes(length: number, subject?: string): Buffer;
}
