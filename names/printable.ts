/**
 * Control characters (C0, DEL, C1), those that change the direction of a text, and those that end a
 * line. A terminal obeys the first, and the others show a line that is not the one that was
 * written.
 */
export const unprintable = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * Returns a text from outside (a file's name, a column, a cell) in one line: `\x1b`, `\x0a`,
 * `\u202e` are visible escapes.
 */
export function toPrintable(text: string): string {
  return text.replace(unprintable, toEscape);
}

export const isPrintable = (text: string): boolean => text.search(unprintable) < 0;

/** The visible escape of a character. */
export function toEscape(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  return character < " " ? `\\x${code.padStart(2, "0")}` : `\\u${code.padStart(4, "0")}`;
}

/** Cuts a text to a length, and shows that it was cut. */
export const cut = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, Math.max(0, length - 1))}…` : text;

/** Quotes a value from outside for a message, in one line. */
export const quoteValue = (value: string): string => toPrintable(JSON.stringify(cut(value, 60)));

/** `1 item`, `2 items`. */
export const countOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
