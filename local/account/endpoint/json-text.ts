/** Far more levels than any document of a service has, far fewer than functions that follow them can bear. */
const deepest = 500;

const [quote, backslash, openList, closeList, openObject, closeObject] = [...'"\\[]{}'].map((c) => c.charCodeAt(0));

/**
 * `JSON.parse` for a text that a request brings: one that is nested too deep is refused as a `SyntaxError`, as any other
 * text that is not JSON. `JSON.parse` itself takes any depth, and whatever follows the document recursively fails then.
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
    else if ((code === openList || code === openObject) && ++depth > deepest) {
      throw new SyntaxError(`Nested deeper than ${deepest} levels in JSON at position ${at}`);
    }
  }
  return JSON.parse(text);
}
