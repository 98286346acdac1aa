import { toPrintable } from "../../components/support/printable";

/** The length of the longest row of backticks in a text. */
const longestRow = (text: string) => Math.max(0, ...(text.match(/`+/g) ?? []).map((row) => row.length));

/** Longer ones are cut: the name of a resource is shorter. */
const longestCode = 120;

/** Returns a text as code in a line: there it is neither Markdown nor HTML, mentions nobody and links nothing. */
export function toCode(text: string): string {
  const line = toPrintable(text.length <= longestCode ? text : `${text.slice(0, longestCode)}…`);
  if (line.trim() === "") return "` `";
  const fence = "`".repeat(longestRow(line) + 1);
  const space = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return fence + space + line + space + fence;
}

export const toWord = (text: string): string => (/^[A-Za-z0-9]+$/.test(text) ? text : toCode(text));

/** Longer lines are cut: a comment has at most 65,536 characters (GitHub's limit). */
const longestLine = 400;

export function toCodeBlock(text: string): string[] {
  const lines = text.split("\n").map((line) => toPrintable(line).slice(0, longestLine));
  const fence = "`".repeat(Math.max(3, longestRow(text) + 1));
  return [`${fence}text`, ...lines, fence];
}
