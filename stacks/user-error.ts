import { RunError } from "@pulumi/pulumi";

/**
 * Runs the program. The engine prints where an error was thrown, except for a RunError. A plain
 * Error of this program is a mistake in its settings, and the message has the remedy; errors of
 * other classes are bugs, and keep their trace.
 */
export function withoutTraces<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if ((error as Error).constructor !== Error) throw error;
    throw new RunError((error as Error).message);
  }
}

/**
 * Waits for ever when a lookup failed because the engine has ended, and throws all other errors
 * again. The engine has said why it ended, and Pulumi's SDK lets the program exit then without a
 * word; an error would only bury the reason below traces of connections.
 */
export function endWithEngine(error: Error): Promise<never> {
  if (error.message.endsWith("Resource monitor is terminating")) return new Promise(() => {});
  throw error;
}
