/** Far more levels than a service's documents have, and far fewer than a recursive function can handle. */
export const deepestDocument = 500;

const [quote, backslash, openList, closeList, openObject, closeObject] = [...'"\\[]{}'].map((c) => c.charCodeAt(0));

/**
 * `JSON.parse` for a request's text: a text that is nested too deep is refused with a `SyntaxError`, like invalid JSON.
 * `JSON.parse` itself accepts any depth, and functions that follow the document recursively would then fail.
 */
export function parseJsonText(text: string): unknown {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inText) {
      if (code === backslash) at++;
      else if (code === quote) inText = false;
    } else if (code === quote) inText = true;
    else if (code === closeList || code === closeObject) depth--;
    else if ((code === openList || code === openObject) && ++depth > deepestDocument) {
      throw new SyntaxError(`Nested deeper than ${deepestDocument} levels in JSON at position ${at}`);
    }
  }
  return JSON.parse(text);
}
