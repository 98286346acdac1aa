/** The widest line, so that it can be read in a terminal of 80 columns. */
const width = 80;

/**
 * Breaks a text into indented lines; what has no space, such as a key in S3, is broken at the
 * width.
 */
export function wrap(text: string, indent: string): string[] {
  const room = width - indent.length;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/ (?=\S)/).flatMap((each) => each.match(new RegExp(`.{1,${room}}`, "g")) ?? [])) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(indent + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, indent + line];
}

export const cut = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, Math.max(0, length - 1))}…` : text;
