/**
 * The most arrays and objects inside each other. Functions that traverse JSON are recursive, so that depth costs stack.
 */
export const deepestNesting = 1_000;

const [quote, backslash, openBracket, closeBracket, openBrace, closeBrace] = [34, 92, 91, 93, 123, 125];

/** Returns whether a text that is JSON is nested deeper than `deepestNesting`. */
export function nestsTooDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) quoted = !quoted;
    else if (quoted) {
      if (code === backslash) i++;
    } else if (code === openBracket || code === openBrace) {
      if (++depth > deepestNesting) return true;
    } else if (code === closeBracket || code === closeBrace) depth--;
  }
  return false;
}
