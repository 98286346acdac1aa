import { escapeForTerminal } from "./print";
import { wrapWords } from "./wrap";

/** Two spaces between columns. */
const gap = 2;
/** The last column of a narrow terminal is so wide at least. */
const narrowest = 18;

/**
 * Formats rows as a table without lines. On a terminal it is as wide as that: the last column gets
 * what the others leave, and its text is wrapped between words. In a pipe nothing is wrapped, and
 * nothing is ever cut.
 */
export function formatTable(head: readonly string[], given: readonly (readonly string[])[]): string {
  // Before the widths are measured.
  const rows = [head, ...given.map((row) => row.map(escapeForTerminal))];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)) + gap);
  const others = widths.slice(0, -1).reduce((sum, each) => sum + each, 0);
  const room = Math.max(narrowest, (process.stdout.columns ?? Number.POSITIVE_INFINITY) - others);
  const toLines = (row: readonly string[]): string[] => {
    const start = widths.slice(0, -1).map((width, column) => (row[column] ?? "").padEnd(width));
    const [first = "", ...more] = (row[head.length - 1] ?? "").split("\n").flatMap((line) => wrapWords(line, room));
    return [start.join("") + first, ...more.map((line) => " ".repeat(others) + line)];
  };
  return rows
    .flatMap(toLines)
    .map((line) => line.trimEnd())
    .join("\n");
}
