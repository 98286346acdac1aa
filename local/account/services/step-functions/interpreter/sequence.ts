import type { HistoryEvent, HistoryEventType } from "@aws-sdk/client-sfn";
import type { Clock } from "../../../time/clock";
import { type Assign, type Json, payloadLimit, type State, sizeOf, type Template } from "../definition/definition";
import { type Evaluator, type Field, typeName } from "../evaluation/expressions";
import { type History, whole } from "./history";
import { Aborted, EvaluationError, StateError, tooLarge } from "./state-error";

/** The parts of the account that a running state machine needs. */
export interface Environment {
  readonly clock: Clock;
  readonly history: History;
  readonly evaluator: Evaluator;
  readonly region: string;
  /** `Execution` and `StateMachine` of the context object. */
  readonly context: Readonly<Record<string, Json>>;
  /** 0 ≤ n < 1, for jitter. */
  random(): number;
  /**
   * Checks a task's arguments and returns the function that runs it. Throws StateError
   * `States.Runtime` for arguments that the service does not take; the answered function throws
   * StateError with the service's error.
   */
  prepareTask(resource: string, parameters: Json): Promise<() => Promise<Json>>;
  /** Called before each state; may abort the execution, and lets the account do other work. */
  beforeState(): Promise<void>;
}

/** One visit of a state. */
export interface Visit {
  readonly name: string;
  readonly input: Json;
  readonly enteredId: number;
  readonly enteredTime: string;
  retryCount: number;
}

/** The result of a state. */
export interface Settled {
  readonly output: Json;
  readonly assign: Readonly<Record<string, Json>>;
}

/** The end of a state, and the state that follows; undefined after the last one. */
export interface Outcome extends Settled {
  readonly next: string | undefined;
}

/** Members of `$states` in addition to input and context. */
export interface Extra {
  readonly result?: Json;
  readonly errorOutput?: Json;
}

type Details = Omit<HistoryEvent, "id" | "previousEventId" | "timestamp" | "type">;

/**
 * One line of states in sequence: the execution itself, a branch of a Parallel or an iteration of a
 * Map.
 */
export class Sequence {
  /** The sequence's last event: the one before the next. */
  last: number;
  private own: Record<string, Json> = {};

  constructor(
    readonly environment: Environment,
    readonly signal: AbortSignal,
    private readonly origin: { last: number; outer?: Readonly<Record<string, Json>>; mapItem?: Json },
  ) {
    this.last = origin.last;
  }

  /** A sequence inside this one: it reads these variables and cannot set them. */
  child(signal: AbortSignal, mapItem = this.origin.mapItem): Sequence {
    const origin = { last: this.last, outer: { ...this.origin.outer, ...this.own } };
    return new Sequence(this.environment, signal, mapItem === undefined ? origin : { ...origin, mapItem });
  }

  record(type: HistoryEventType, details: Details = {}): number {
    this.last = this.environment.history.record(type, this.last, details);
    return this.last;
  }

  async enter(name: string, state: State, input: Json): Promise<Visit> {
    if (this.signal.aborted) throw new Aborted();
    await this.environment.beforeState();
    if (this.signal.aborted) throw new Aborted();
    const enteredId = this.record(`${state.Type}StateEntered`, {
      stateEnteredEventDetails: { name, input: JSON.stringify(input), inputDetails: whole },
    });
    const enteredTime = new Date(this.environment.clock.now()).toISOString();
    return { name, input, enteredId, enteredTime, retryCount: 0 };
  }

  exit({ name }: Visit, state: State, { output, assign }: Settled): void {
    if (state.Type === "Fail") return;
    const assigned = Object.entries(assign);
    this.record(`${state.Type}StateExited`, {
      stateExitedEventDetails: {
        name,
        output: JSON.stringify(output),
        outputDetails: whole,
        ...(assigned.length > 0 && {
          assignedVariables: Object.fromEntries(assigned.map(([key, value]) => [key, JSON.stringify(value)])),
          assignedVariablesDetails: whole,
        }),
      },
    });
    this.own = { ...this.own, ...assign };
  }

  /**
   * An error of the language that happened inside the machine, with Step Functions' own message.
   */
  fault({ name, enteredId }: Visit, error: string, problem: string): StateError {
    const where = `An error occurred while executing the state '${name}' (entered at the event id #${enteredId}).`;
    return new StateError(error, `${where} ${problem}`);
  }

  /** A state's input that is not what the state needs. */
  badInput(visit: Visit, problem: string): StateError {
    return this.evaluationFailed(visit, new EvaluationError(undefined, problem));
  }

  async fill(visit: Visit, template: Template, field: string, extra: Extra = {}): Promise<Json> {
    const [value = null] = await this.fillAll(visit, [{ template, field }], extra);
    return value;
  }

  private async fillAll(visit: Visit, fields: readonly Field[], extra: Extra): Promise<Json[]> {
    const { input, name, enteredTime, retryCount } = visit;
    const { environment, signal } = this;
    const context: Json = {
      ...environment.context,
      State: { Name: name, EnteredTime: enteredTime, RetryCount: retryCount },
      ...(this.origin.mapItem !== undefined && { Map: { Item: this.origin.mapItem } }),
    };
    const bindings = { states: { input, context, ...extra }, variables: { ...this.origin.outer, ...this.own } };
    try {
      const filled = await environment.clock.track(environment.evaluator.fill(fields, bindings));
      if (signal.aborted) throw new Aborted();
      return filled;
    } catch (error) {
      if (error instanceof EvaluationError && !signal.aborted) throw this.evaluationFailed(visit, error);
      throw signal.aborted ? new Aborted() : error;
    }
  }

  /** A filled template that must be of one JSON type. */
  async fillTyped<T extends Json>(
    visit: Visit,
    template: Template,
    field: string,
    expected: string,
    is: (value: Json) => value is T,
    extra: Extra = {},
  ): Promise<T> {
    const value = await this.fill(visit, template, field, extra);
    if (is(value)) return value;
    const said = `The JSONata expression '${expressionText(template)}' specified for the field '${field}'`;
    const problem = `${said} returned an unexpected result type. Expected '${expected}', but was '${typeName(value)}' for value: ${JSON.stringify(value)}`;
    throw this.evaluationFailed(visit, new EvaluationError(field, problem));
  }

  /** Records that an expression failed. */
  evaluationFailed(visit: Visit, { message, location }: EvaluationError): StateError {
    const fault = this.fault(visit, "States.QueryEvaluationError", message);
    this.record("EvaluationFailed", {
      evaluationFailedEventDetails: {
        ...fault.details,
        ...(location !== undefined && { location }),
        state: visit.name,
      },
    });
    return fault;
  }

  /** Output and Assign of a state, a choice or a catcher: both see the variables from before. */
  async settle(
    visit: Visit,
    { Output, Assign = {} }: { readonly Output?: Template; readonly Assign?: Assign },
    otherwise: Json,
    extra: Extra = {},
    prefix = "",
  ): Promise<Settled> {
    const assigned = { template: Assign, field: `${prefix}Assign` };
    const filled = await this.fillAll(
      visit,
      Output === undefined ? [assigned] : [{ template: Output, field: `${prefix}Output` }, assigned],
      extra,
    );
    const assign = filled.at(-1) as Record<string, Json>;
    const output = Output === undefined ? otherwise : (filled[0] as Json);
    this.limitOutput(visit, output);
    for (const [name, value] of Object.entries(assign)) this.limit(visit, value, `variable '${name}'`);
    return { output, assign };
  }

  limitOutput({ name }: Visit, value: Json): void {
    if (sizeOf(value) > payloadLimit) throw new StateError("States.DataLimitExceeded", tooLarge(name));
  }

  limit(visit: Visit, value: Json, what: string): void {
    if (sizeOf(value) <= payloadLimit) return;
    const problem = `The state '${visit.name}' returned ${what} with a size exceeding the maximum number of bytes service limit (${payloadLimit}).`;
    throw this.fault(visit, "States.DataLimitExceeded", problem);
  }

  /** Waits on the account's clock; an abort ends the wait at once. */
  pause(until: number, label: string): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.signal.aborted) return reject(new Aborted());
      const stop = () => {
        timer.cancel();
        reject(new Aborted());
      };
      const timer = this.environment.clock.at(until, label, () => {
        this.signal.removeEventListener("abort", stop);
        resolve();
      });
      this.signal.addEventListener("abort", stop, { once: true });
    });
  }
}

function expressionText(template: Template): string {
  return typeof template === "string" ? template.slice(2, -2).trim() : JSON.stringify(template);
}
