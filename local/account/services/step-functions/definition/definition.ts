/**
 * A state machine's definition in the Amazon States Language with JSONata, as it is after
 * `checkDefinition` found no fault.
 */
export interface StateMachineDefinition extends States {
  readonly Comment?: string;
  readonly QueryLanguage: "JSONata";
  readonly TimeoutSeconds?: number;
}
export interface States {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
/** JSON in which texts `{% … %}` are JSONata expressions. */
export type Template = Json;
/** Variables to set, each a template. */
export type Assign = Readonly<Record<string, Template>>;

export type State =
  | TaskState
  | ParallelState
  | MapState
  | ChoiceState
  | WaitState
  | PassState
  | SucceedState
  | FailState;

interface Output {
  readonly Output?: Template;
  readonly Assign?: Assign;
}
interface Transition {
  readonly Next?: string;
  readonly End?: boolean;
}
/** The members that Task, Parallel and Map states share. */
interface Work extends Output, Transition {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: "FULL" | "NONE";
}
export interface Catcher extends Output {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
}

export interface TaskState extends Work {
  readonly Type: "Task";
  readonly Resource: string;
  readonly Arguments?: Template;
  readonly TimeoutSeconds?: number | string;
}
export interface ParallelState extends Work {
  readonly Type: "Parallel";
  readonly Arguments?: Template;
  readonly Branches: readonly States[];
}
export interface MapState extends Work {
  readonly Type: "Map";
  readonly Items?: Template;
  readonly ItemSelector?: Template;
  readonly MaxConcurrency?: number | string;
  readonly ItemProcessor: States;
}
export interface ChoiceState extends Output {
  readonly Type: "Choice";
  readonly Choices: readonly (Output & { readonly Condition: string | boolean; readonly Next: string })[];
  readonly Default?: string;
}
export interface WaitState extends Output, Transition {
  readonly Type: "Wait";
  readonly Seconds?: number | string;
  readonly Timestamp?: string;
}
export interface PassState extends Output, Transition {
  readonly Type: "Pass";
}
export interface SucceedState {
  readonly Type: "Succeed";
  readonly Output?: Template;
}
export interface FailState {
  readonly Type: "Fail";
  readonly Error?: string;
  readonly Cause?: string;
}

/** The maximum size of a payload, a variable or an execution's input, in bytes of UTF-8. */
export const payloadLimit = 262_144;
export const sizeOf = (value: Json) => Buffer.byteLength(JSON.stringify(value));
