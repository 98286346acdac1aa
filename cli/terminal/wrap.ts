/** The widest line, so that it can be read in a terminal of 80 columns. */
const width = 80;

/** Breaks a text into indented lines. */
export const wrap = (text: string, indent: string): string[] =>
  wrapWords(text, width - indent.length).map((line) => indent + line);

/**
 * Breaks a text between words. A longer word, such as a key in S3, stays whole: a terminal breaks
 * it, and it can still be copied.
 */
export function wrapWords(text: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
