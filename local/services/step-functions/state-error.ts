/** An error of the Amazon States Language: a name that Retry and Catch match, and a cause in words. */
export class StateError extends Error {
  readonly error: string;

  constructor(error: string, cause: string) {
    super(cause);
    this.name = "StateError";
    this.error = error;
  }
}

/** A JSONata expression that failed. `location` is the field of the state that holds it, e.g. `Output/version`. */
export class EvaluationError extends StateError {
  readonly location: string;

  constructor(location: string, problem: string) {
    super("States.QueryEvaluationError", problem);
    this.location = location;
  }
}

/** Values beyond every limit of a payload. */
export class TooLargeError extends StateError {
  constructor(field: string) {
    super("States.DataLimitExceeded", `The values of '${field}' exceed the maximum size of a payload.`);
  }
}

/** A task that outlived its TimeoutSeconds. */
export class TimeoutError extends StateError {
  constructor() {
    super("States.Timeout", "");
  }
}

/** Not an error of the language: the strand ended from outside (a sibling failed, the execution was stopped). */
export class Aborted extends Error {
  constructor() {
    super("The strand was aborted.");
    this.name = "Aborted";
  }
}
