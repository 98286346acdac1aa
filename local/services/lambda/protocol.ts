/** What the account and the thread of an execution environment tell each other. */

/** An error as Lambda returns it to the caller of a function. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** Given to the thread at its start. */
export interface Bootstrap {
  readonly taskRoot: string;
  /** `file.export`. */
  readonly handler: string;
  /** Callback handlers work up to this major version of Node.js; later ones refuse them. */
  readonly nodeMajor: number;
  readonly logFormat: "Text" | "JSON";
  readonly logLevel: string;
}

/** One event. */
export interface InvokeMessage {
  readonly requestId: string;
  /** JSON text. */
  readonly event: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly logGroupName: string;
  readonly logStreamName: string;
  /** Real milliseconds until the timeout. */
  readonly timeout: number;
  /** The account's clock: virtual milliseconds now, and how many pass per real one. */
  readonly now: number;
  readonly speed: number;
  readonly clientContext?: string;
}

export type WorkerMessage =
  | { readonly type: "ready" }
  | { readonly type: "log"; readonly text: string }
  | { readonly type: "result"; readonly json: string; readonly memoryMb: number }
  | { readonly type: "error"; readonly error: FunctionError; readonly memoryMb: number }
  /** The runtime cannot go on: init failed, or something threw outside the handler. */
  | { readonly type: "fatal"; readonly error: FunctionError };
