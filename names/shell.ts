import { isPrintable, unprintable } from "./printable";

/**
 * Returns a text as one word of a POSIX shell, for commands that users paste. Plain words stay as
 * they are.
 */
export function quoteForShell(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * The same for a text from outside, in one line: what a terminal would obey is written as its
 * bytes, because a line break in an id must not look like the end of the command. A line break at
 * the very end is lost, as each shell's `$(…)` has it.
 */
export function quoteInLine(text: string): string {
  if (isPrintable(text)) return quoteForShell(text);
  const escaped = text.replace(/[\\%]/g, (character) => character + character).replaceAll("'", "\\047");
  return `"$(printf '${escaped.replace(unprintable, toBytes)}')"`;
}

const toBytes = (character: string): string =>
  Array.from(Buffer.from(character), (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
