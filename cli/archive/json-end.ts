const codeOf = (character: string): number => character.charCodeAt(0);
const codesOf = (characters: string): ReadonlySet<number | undefined> => new Set(Array.from(characters, codeOf));

const quote = codeOf('"');
const backslash = codeOf("\\");
const newline = codeOf("\n");
const whiteSpace = codesOf(" \t\r\n");
const openings = codesOf("{[");
const closings = codesOf("}]");
/** Between two values that stand alone there is none of these. */
const before = codesOf("{[,:");
const after = codesOf("}],:");
const byteOrderMark = Buffer.from("\ufeff");

/**
 * Returns the end of the JSON object or list that begins at `start`, after white space and a byte
 * order mark; undefined when none ends before `limit`. A text that is no JSON ends at its first
 * line break in most cases: the next line is another record.
 */
export function findJsonEnd(content: Buffer, start: number, limit: number): number | undefined {
  let at = findStart(content, start);
  if (!openings.has(content[at])) return undefined;
  let depth = 0;
  let inText = false;
  let last = codeOf("{");
  let isBroken = false;
  for (; at < Math.min(content.length, limit); at++) {
    const byte = content[at] ?? 0;
    if (byte === newline && inText) return undefined;
    if (inText) {
      if (byte === backslash) at++;
      if (byte === quote) inText = false;
      continue;
    }
    if (byte === newline) isBroken = true;
    if (whiteSpace.has(byte)) continue;
    if (isBroken && !before.has(last) && !after.has(byte)) return undefined;
    isBroken = false;
    last = byte;
    if (byte === quote) inText = true;
    if (openings.has(byte)) depth++;
    if (closings.has(byte)) depth--;
    if (depth === 0) return at + 1;
  }
  return undefined;
}

function findStart(content: Buffer, start: number): number {
  let at = start;
  while (whiteSpace.has(content[at])) at++;
  if (content.subarray(at, at + byteOrderMark.length).equals(byteOrderMark)) at += byteOrderMark.length;
  while (whiteSpace.has(content[at])) at++;
  return at;
}
