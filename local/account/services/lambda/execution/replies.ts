import type { FunctionError } from "./protocol";

/** The end of waiting for the process. */
export type Reply =
  | { readonly type: "ready" }
  | { readonly type: "result"; readonly json: Buffer; readonly memoryMb: number }
  | { readonly type: "error"; readonly error: FunctionError; readonly memoryMb: number }
  /** `begun`: whether the event that was waited for had reached the runtime. */
  | { readonly type: "fatal"; readonly error: FunctionError; readonly begun: boolean }
  | { readonly type: "exit"; readonly how: Exit; readonly begun: boolean }
  | { readonly type: "timeout" };

/** The end of a process. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly outOfMemory: boolean;
}

/** Waits for one reply at a time. */
interface Replies {
  /** True if a reply is expected. */
  readonly expected: boolean;
  settle(reply: Reply): void;
  /** The next reply, or one that arrived before. The limit is real time: it measures code. */
  wait(limitMs: number): Promise<Reply>;
}

/** Creates the receiver of a process's replies. */
export function createReplies(): Replies {
  let waiting: ((reply: Reply) => void) | undefined;
  let early: Reply | undefined;

  const settle = (reply: Reply) => {
    if (waiting) waiting(reply);
    else early ??= reply;
    waiting = undefined;
  };

  return {
    get expected() {
      return waiting !== undefined;
    },
    settle,
    wait: (limitMs) =>
      new Promise<Reply>((resolve) => {
        if (early) {
          resolve(early);
          early = undefined;
          return;
        }
        // A reply that arrived while the account was busy counts: the pipes are read before the
        // timer's next turn.
        const timer = setTimeout(() => setImmediate(() => waiting === reply && settle({ type: "timeout" })), limitMs);
        const reply = (received: Reply) => {
          clearTimeout(timer);
          resolve(received);
        };
        waiting = reply;
      }),
  };
}
