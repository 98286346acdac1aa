/** Shortens a text of characters that are one column wide each. */
export const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;

/** The columns of the terminal; unlimited if the output is not a terminal. */
export const terminalWidth = (): number => (process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY);

/** Prints a line; a failure is red on a terminal. */
export type PrintLine = (line: string, failed?: boolean) => void;
