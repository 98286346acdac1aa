/**
 * Returns a text as one word of a POSIX shell, for lines that users paste. Plain words stay as they
 * are.
 */
export function quoteForShell(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
