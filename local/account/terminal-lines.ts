/** Shortens a text of characters that are one column wide each. */
export const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;

/** Prints a line, on a terminal cut to its width. */
export function printCut(line: string): void {
  const { isTTY, columns } = process.stdout;
  console.log(isTTY ? cut(line, columns) : line);
}
