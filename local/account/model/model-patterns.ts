import { RE2JS, RE2JSException } from "re2js";

/** Returns whether a text is one that a pattern of a service's model describes. */
export function fitsPattern(pattern: string, text: string): boolean {
  let test = tests.get(pattern);
  if (!test) {
    test = compile(pattern);
    tests.set(pattern, test);
  }
  return test(text);
}

type Test = (text: string) => boolean;
const tests = new Map<string, Test>();

/**
 * JavaScript's expressions match some patterns of the models in cubic or exponential time: one hostile value would block
 * the account for minutes. RE2's engine takes linear time for all of them, and 20 times as long for a short name. So
 * JavaScript matches the patterns with at most one repetition, whose time is linear, and those with look-aheads or
 * look-behinds, which RE2 does not have. `local/tests/hostile/patterns.test.mts` measures all of them.
 */
function compile(pattern: string): Test {
  const linear = hasManyRepetitions(pattern) ? compileLinear(pattern) : undefined;
  if (linear) return (text) => linear.test(text);
  const expression = new RegExp(`^(?:${pattern})$`, "su");
  return (text) => expression.test(text);
}

const hasManyRepetitions = (pattern: string) => (pattern.match(/(?<!\\)(?:[*+]|\{\d+,\d*\})/g) ?? []).length > 1;

function compileLinear(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(`^(?:${pattern})$`, RE2JS.DOTALL);
  } catch (error) {
    if (error instanceof RE2JSException) return undefined;
    throw error;
  }
}
