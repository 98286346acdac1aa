import { runInNewContext } from "node:vm";
import { Fault } from "../../endpoint/fault";

/** Far more than a pattern without nested repetition needs for the longest value. */
const limitMs = 100;

/** Whether all of a value matches a parameter's AllowedPattern. Refuses a pattern that is none, or that takes too long. */
export function matchesAllowedPattern(pattern: string, value: string): boolean {
  try {
    // The only way to end a regular expression that does not come to an end by itself.
    return runInNewContext(
      "new RegExp(source, 's').test(value)",
      { source: `^(?:${pattern})$`, value },
      { timeout: limitMs },
    );
  } catch (error) {
    const slow = (error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
    const problem = slow ? `takes longer than ${limitMs} ms for this value` : "is no regular expression";
    throw new Fault("InvalidAllowedPatternException", `The allowedPattern ${pattern} ${problem}.`);
  }
}
