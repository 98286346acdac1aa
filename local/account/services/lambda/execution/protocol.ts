/**
 * The messages between the account and the process of an execution environment, over two separate
 * pipes.
 *
 * The account writes frames: one line of JSON, and after it the event's bytes. The process writes
 * lines: `<nonce> <JSON>`, for a result a tab and the result's JSON text after it. JSON text
 * contains no line break and no tab, and a line break precedes each line, so that whatever a
 * handler writes to the pipe spoils no message. The nonce is random, known to the account and to
 * the runtime alone; the account drops every other line.
 */

/** File descriptors of the process. */
export const fromAccount = 3;
export const toAccount = 4;

/** Lambda quotas: a response has 6 MB and a little for the runtime's own fields. */
export const maxResponseBytes = 6 * 1024 * 1024 + 100;
/** An event of CloudWatch Logs has at most 1 MiB, 26 bytes of them for itself. */
export const maxLogEventBytes = 1_048_576 - 26;

/** An error as Lambda returns it to the caller of a function. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** The account's clock: virtual milliseconds now, and how many pass per real one. */
export interface ClockState {
  readonly now: number;
  readonly speed: number;
}

/** The first frame. */
export interface Bootstrap extends ClockState {
  readonly type: "boot";
  readonly nonce: string;
  readonly taskRoot: string;
  /** `file.export`. */
  readonly handler: string;
  /** Callback handlers work up to this major version of Node.js; later ones refuse them. */
  readonly nodeMajor: number;
}

/** One event, whose JSON text follows the line. */
export interface InvokeMessage extends ClockState {
  readonly type: "invoke";
  readonly requestId: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly logGroupName: string;
  readonly logStreamName: string;
  /** Real milliseconds until the timeout. */
  readonly timeout: number;
  readonly clientContext?: string;
}

/** The account's clock jumped or changed its speed. */
export interface ClockMessage extends ClockState {
  readonly type: "clock";
}

/** A line of the account, with the number of bytes that follow it. */
export type Frame = (Bootstrap | InvokeMessage | ClockMessage) & { readonly bytes: number };

/** `residentBytes` is the resident memory of the process at that moment. */
export type RuntimeMessage =
  /** The runtime itself has started; no code of the function has run. */
  | { readonly type: "booted"; readonly residentBytes: number }
  /** The handler is loaded. */
  | { readonly type: "ready" }
  | { readonly type: "log"; readonly text: string }
  /** The event was read. */
  | { readonly type: "started"; readonly requestId: string }
  | { readonly type: "result"; readonly requestId: string; readonly residentBytes: number }
  | {
      readonly type: "error";
      readonly requestId: string;
      readonly residentBytes: number;
      readonly error: FunctionError;
    }
  /** The runtime cannot continue: init failed, or something threw outside the handler. */
  | { readonly type: "fatal"; readonly error: FunctionError };
