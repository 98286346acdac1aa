import { RunError } from "@pulumi/pulumi";

/**
 * Runs the program. The engine prints where an error was thrown, except for a RunError. A plain Error of this program is a
 * mistake in its settings, and the message has the remedy; errors of other classes are bugs, and keep their trace.
 */
export function withoutTraces<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if ((error as Error).constructor !== Error) throw error;
    throw new RunError((error as Error).message);
  }
}

/** Runs checks that throw what is wrong, and throws it as one error: a user corrects everything before the next preview. */
export function throwTogether(...checks: readonly (() => void)[]): void {
  const problems = checks.flatMap((check) => {
    try {
      check();
      return [];
    } catch (error) {
      if ((error as Error).constructor !== Error) throw error;
      return (error as Error).message;
    }
  });
  if (problems.length > 0) throw new Error(problems.join("\n"));
}
