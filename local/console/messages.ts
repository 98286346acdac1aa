// Messages between the page and its server. Types only: both sides import them.

/** A deployed stack of the program that gave the views. */
export interface Stack {
  readonly name: string;
  /** The first part of its resources' names. */
  readonly prefix: string;
  readonly account: string;
  readonly region: string;
}

export interface Overview {
  readonly origin: string;
  readonly stacks: readonly Stack[];
  /** Only for a stack that is not complete. */
  readonly deployment?: Deployment;
}
/** The progress of a deployment that this process makes. */
export interface Deployment {
  readonly stack: string;
  readonly rows: readonly { readonly label: string; readonly state: string; readonly detail?: string }[];
}

export interface Operations {
  readonly alarms: readonly Alarm[];
  readonly topics: readonly string[];
  readonly mails: readonly MailItem[];
  readonly charts: readonly ChartData[];
  /** The parts of the dashboard that are not drawn, and the reason. */
  readonly leftOut: readonly string[];
  readonly logGroups: readonly { readonly name: string; readonly arn: string; readonly bytes: number }[];
}
export interface Alarm {
  readonly name: string;
  readonly arn: string;
  readonly state: string;
  readonly reason: string;
  readonly description: string;
  readonly changed: string;
}
export interface MailItem {
  readonly time: string;
  readonly to: string;
  readonly subject: string;
  readonly body: string;
  readonly topicArn: string;
  /** Only for a request to confirm a subscription that is not confirmed yet. */
  readonly token: string | undefined;
}
export interface ChartData {
  readonly title: string;
  /** Epoch seconds. */
  readonly times: readonly number[];
  readonly lines: readonly { readonly label: string; readonly values: readonly (number | null)[] }[];
}
export interface LogLine {
  readonly time: number;
  readonly stream: string;
  readonly message: string;
}

export interface StoredObject {
  readonly key: string;
  readonly size: number;
  readonly modified: string;
}

export interface ObjectContent {
  readonly key: string;
  /** Only for a quarantined record. */
  readonly reason: string | undefined;
  readonly lines: readonly string[];
  readonly cut: boolean;
}

/** A page of a bucket's objects. */
export interface ObjectPage {
  readonly objects: readonly StoredObject[];
  /** The start of the next page. */
  readonly next?: string;
}
/** A function's answer. */
export interface Invocation {
  /** Absent when it succeeded. */
  readonly error?: string;
  readonly payload: string;
  /** The last lines of its log. */
  readonly log: string;
}

export interface ResourceGroup {
  readonly component: string;
  readonly resources: readonly ResourceItem[];
}
export interface ResourceItem {
  readonly type: string;
  readonly name: string;
  readonly arn: string;
}
export interface ResourceDetail {
  readonly properties: unknown;
  /** Only for a function. */
  readonly logGroup?: string;
  readonly policies: readonly { readonly name: string; readonly document: unknown }[];
}

/** A request in a list; `id` opens it. */
export interface RequestItem {
  readonly id: string;
  readonly time: string;
  readonly principal: string;
  readonly service: string;
  readonly operation: string;
  readonly resource: string;
  readonly status: number;
  readonly error?: string;
  readonly milliseconds: number;
  readonly denied: boolean;
  /** Only for PutEvents: the session of the events. */
  readonly session?: string;
  /** The effect of the injected fault that hit it. */
  readonly fault?: FaultEffect;
}
export interface RequestDetail extends RequestItem {
  readonly account: string;
  readonly region: string;
  readonly message?: string;
  readonly input: unknown;
  /** The AWS CLI's command that repeats it. */
  readonly command?: string;
  /** Only for a success: cut, and without secrets. */
  readonly output?: unknown;
  readonly decisions: readonly {
    readonly action: string;
    readonly resource: string;
    readonly allowed: boolean;
    readonly reason: string;
    readonly by?: { readonly policy: string; readonly statement: unknown };
  }[];
}

export interface Schedule {
  readonly name: string;
  readonly arn: string;
  readonly expression: string;
  /** Absent for a rate, and for a schedule that does not run any more. */
  readonly next?: string;
}
/**
 * The effect of a fault on the calls that it selects; local/account/host/fault-rule.ts explains the
 * kinds.
 */
export type FaultEffect =
  | { readonly kind: "error"; readonly code: string; readonly message: string; readonly status?: number }
  | { readonly kind: "latency"; readonly milliseconds: number }
  | { readonly kind: "fail-job"; readonly message: string }
  | { readonly kind: "drop-before" | "drop-after" | "crash-before" | "crash-after" | "hang" };
/** A fault of the calls of an operation, or of the invocations of a function. */
export interface Fault {
  readonly id: string;
  readonly service?: string;
  readonly operation?: string;
  readonly caller?: string;
  readonly functionName?: string;
  readonly effect: FaultEffect;
  readonly share?: number;
  readonly left?: number;
}

/** The messages of `/_console/events`, by the event's name. */
export interface Messages {
  /** Requests since the last message, oldest first; `missed` more were left out. */
  requests: { readonly items: readonly RequestItem[]; readonly missed: number };
  clock: { readonly now: string; readonly speed: number };
  faults: { readonly waiting: number };
  training: { readonly version: string; readonly done: number; readonly what: string };
  deployment: Deployment & { readonly ended: boolean };
}
