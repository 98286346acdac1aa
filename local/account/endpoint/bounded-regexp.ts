import { runInNewContext } from "node:vm";

/** Milliseconds for one text: a hundred times what a sensible pattern needs. */
const longest = 50;

export type Verdict = "matches" | "differs" | "invalid" | "too slow";

/**
 * Matches a text against a regular expression that a caller wrote. Such an expression can backtrack for years, so it runs
 * in a context of `node:vm`, which has a time limit.
 */
export function testPattern(source: string, flags: string, text: string): Verdict {
  try {
    const given = { source, flags, text };
    return runInNewContext("new RegExp(source, flags).test(text)", given, { timeout: longest }) ? "matches" : "differs";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT" ? "too slow" : "invalid";
  }
}
