import type { PrintLine } from "./terminal-lines";

/** Real milliseconds between two lines about the same failure. */
const pause = 10_000;

/**
 * Prints a failure once, and then how often it came again: a function may fail with each of
 * thousands of records. Indented lines belong to the failure before them. Other lines are printed
 * as they come.
 */
export function groupFailures(print: PrintLine): PrintLine {
  const repeats = new Map<string, number>();
  let isRepeated = false;
  return (line, failed = false, what = line) => {
    const isPart = failed && line.startsWith("  ");
    if (!isPart) isRepeated = failed && repeats.has(what);
    if (!isRepeated) print(line, failed);
    if (!failed || isPart) return;
    repeats.set(what, (repeats.get(what) ?? -1) + 1);
    if (isRepeated) return;
    const look = setInterval(() => {
      const times = repeats.get(what) ?? 0;
      if (times > 0) print(`${times} more ${times === 1 ? "time" : "times"}: ${what}`, true);
      if (times > 0) repeats.set(what, 0);
      else if (repeats.delete(what)) clearInterval(look);
    }, pause);
    look.unref();
  };
}
