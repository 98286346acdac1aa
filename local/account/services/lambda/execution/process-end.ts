import type { ChildProcess } from "node:child_process";

/**
 * The time that the pipes of a process that has ended may stay open, because a process that it started has them too, and
 * that a process whose pipes are closed may take to end.
 */
export const drainMs = 1_000;

/** The end of a process. */
interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Waits until a process ended and all that it wrote was read. `onExit` is called when it ends. A process that could not
 * be started has ended with code 1; the reason is logged.
 */
export function waitForEnd(child: ChildProcess, log: (text: string) => void, onExit: () => void): Promise<Ending> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      onExit();
      // Data that arrived while the account was busy are read before the timer's next turn.
      const timer = setTimeout(() => setImmediate(finish), drainMs);
      child.once("close", finish);
      function finish() {
        clearTimeout(timer);
        child.off("close", finish);
        for (const pipe of child.stdio) pipe?.destroy();
        resolve({ code, signal });
      }
    });
    child.once("error", (error) => {
      if (child.pid !== undefined) return;
      log(`Node.js could not be started for the function: ${error.message}`);
      resolve({ code: 1, signal: null });
    });
  });
}
