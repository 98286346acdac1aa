import { runInNewContext } from "node:vm";
import { RE2JS, RE2JSException } from "re2js";

/** Milliseconds for one text: a hundred times what a sensible pattern needs. */
const longest = 100;

export type Verdict = "matches" | "differs" | "invalid" | "too slow";

/**
 * Matches a whole text against a regular expression that a caller wrote. RE2's engine takes linear time. It has no
 * look-aheads, look-behinds or references to groups; an expression with them can backtrack for years, so it runs in a
 * context of `node:vm`, which has a time limit.
 */
export function testPattern(source: string, text: string): Verdict {
  const whole = `^(?:${source})$`;
  try {
    return RE2JS.compile(whole, RE2JS.DOTALL).test(text) ? "matches" : "differs";
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return testInContext(whole, text);
  }
}

function testInContext(source: string, text: string): Verdict {
  try {
    const given = { source, text };
    return runInNewContext('new RegExp(source, "s").test(text)', given, { timeout: longest }) ? "matches" : "differs";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT" ? "too slow" : "invalid";
  }
}
