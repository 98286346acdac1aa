import { isPrintable, unprintable } from "./printable";

/**
 * Returns a text as one word of a POSIX shell, for commands that users paste. Plain words stay as
 * they are. What a terminal would obey is written as its bytes (`$'\012'`, POSIX.1-2024, "Dollar-
 * Single-Quotes"): a line break in an id must not look like the end of the command.
 */
export function quoteForShell(text: string): string {
  if (/^[\w./:-]+$/.test(text)) return text;
  if (isPrintable(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  return `$'${text.replace(/['\\]/g, "\\$&").replace(unprintable, toBytes)}'`;
}

const toBytes = (character: string): string =>
  Array.from(Buffer.from(character), (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
