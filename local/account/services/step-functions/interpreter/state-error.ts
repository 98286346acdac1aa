/**
 * Retry and Catch with the wildcards do not match these errors (AWS Developer Guide, "Handling
 * errors").
 */
const terminal = new Set(["States.Runtime", "States.DataLimitExceeded"]);

/**
 * An error of the Amazon States Language: a name that Retry and Catch match, and a cause in words.
 */
export class StateError extends Error {
  /** Absent for a Fail state without Error. */
  readonly error: string | undefined;
  /** Absent for a Fail state without Cause, and for a timeout. */
  readonly reason: string | undefined;

  constructor(error: string | undefined, reason: string | undefined) {
    super(reason ?? "");
    this.name = "StateError";
    this.error = error;
    this.reason = reason;
  }

  /** True if `States.ALL` and `States.TaskFailed` do not match it. */
  get isTerminal(): boolean {
    return this.error !== undefined && terminal.has(this.error);
  }

  /** `$states.errorOutput` of a Catch. */
  get output(): { readonly Error: string | null; readonly Cause: string | null } {
    return { Error: this.error ?? null, Cause: this.reason ?? null };
  }

  /** `error` and `cause` of a history event, without what the error does not have. */
  get details(): { readonly error?: string; readonly cause?: string } {
    return {
      ...(this.error !== undefined && { error: this.error }),
      ...(this.reason !== undefined && { cause: this.reason }),
    };
  }
}

/**
 * A JSONata expression that failed. `location` is the state's field with the expression, e.g.
 * `Output/version`; absent when the state's input is at fault.
 */
export class EvaluationError extends StateError {
  readonly location: string | undefined;

  constructor(location: string | undefined, problem: string) {
    super("States.QueryEvaluationError", problem);
    this.location = location;
  }
}

/**
 * A task whose result is larger than a payload may be. Unlike other States.DataLimitExceeded errors
 * the wildcards match it (recorded on AWS: localstack's snapshot
 * test_service_task_lambada_catch_state_all_data_limit_exceeded_on_large_utf8_response).
 */
export class ResultTooLargeError extends StateError {
  constructor(task: string) {
    super("States.DataLimitExceeded", tooLarge(task));
  }

  override get isTerminal(): boolean {
    return false;
  }
}

/**
 * The cause of States.DataLimitExceeded, as recorded on AWS (localstack's snapshot
 * test_start_large_input).
 */
export const tooLarge = (name: string) =>
  `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`;

/** A task that took longer than its TimeoutSeconds. */
export class TimeoutError extends StateError {
  constructor() {
    super("States.Timeout", undefined);
  }

  /** Recorded on AWS (localstack's snapshot test_invoke_timeout): the cause is empty, not null. */
  override get output() {
    return { Error: "States.Timeout", Cause: "" };
  }
}

/**
 * Not an error of the language: the sequence ended from outside (a sibling failed, the execution
 * was stopped).
 */
export class Aborted extends Error {
  constructor() {
    super("The sequence was aborted.");
    this.name = "Aborted";
  }
}
