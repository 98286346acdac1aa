import { styleText } from "node:util";

// Colours only where the output is a terminal that wants them: styleText checks the stream and NO_COLOR.
export const bold = (text: string): string => styleText("bold", text);
export const muted = (text: string): string => styleText("dim", text);
export const good = (text: string): string => styleText("green", text);
export const bad = (text: string): string => styleText("red", text);
export const heading = (number: number, title: string): string => `${styleText("cyan", `${number}.`)} ${bold(title)}`;

/** The widest line, so that it can be read in a terminal of 80 columns. */
const width = 80;
const indent = "    ";

/** Breaks a text into indented lines; what has no space, such as a key in S3, is broken at the width. */
export function wrap(text: string): string[] {
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

/** A text that is cut to a number of characters. */
export const cut = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;
