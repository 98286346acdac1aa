import Table from "cli-table3";
import { escapeForTerminal } from "./print";

/**
 * Formats rows as a table without lines. On a terminal it is as wide as that: the last column gets what the others leave, and
 * its text is wrapped between words. In a pipe nothing is cut.
 */
export function formatTable(head: readonly string[], given: readonly (readonly string[])[]): string {
  // Before the widths are measured.
  const rows = given.map((row) => row.map(escapeForTerminal));
  const width = process.stdout.columns ?? Number.POSITIVE_INFINITY;
  const widths = head.map(
    (title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)) + 2,
  );
  const others = widths.slice(0, -1).reduce((sum, each) => sum + each, 0);
  const words = rows.flatMap((row) => row.at(-1)?.split(/\s/) ?? []);
  // The table would cut a longer word: a terminal breaks it, and it can still be copied.
  const longest = Math.max(18, ...words.map(({ length }) => length)) + 2;
  const last = Math.max(longest, Math.min(widths.at(-1) ?? 0, width - others));
  const none = ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"];
  const lines = ["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"];
  const table = new Table({
    head: [...head],
    colWidths: [...widths.slice(0, -1), last],
    wordWrap: true,
    chars: Object.fromEntries([...none, ...lines].map((part) => [part, ""])),
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
