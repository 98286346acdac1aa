/** Shortens a text of characters that are one column wide each. */
export const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;

/** The columns of the terminal; unlimited if the output is not a terminal. */
export const terminalWidth = (): number => (process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY);

/**
 * Shows characters that a terminal obeys, and those that change the direction of a text, as
 * escapes: `\u001b`.
 */
export const toVisible = (text: string): string =>
  text.replace(
    /(?!\t)[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/**
 * Prints a line; a failure is red on a terminal. `what` is the same for failures that say the same,
 * by default the line.
 */
export type PrintLine = (line: string, failed?: boolean, what?: string) => void;
