/**
 * Wildcards for all services. Each language has its own escapes, so its parser creates the tokens.
 */

/** Any run of characters, the empty one included. */
export const anyRun = Symbol("any run of characters");
/** Any one character. */
export const anyOne = Symbol("any one character");
/** A piece of a pattern: literal text or a wildcard. */
export type GlobToken = string | typeof anyRun | typeof anyOne;
/** Returns whether the whole text matches. */
export type Glob = (text: string) => boolean;

/** A pattern in which `*` is any run of characters, `?` any one, and all else is literal. */
export function glob(pattern: string): Glob {
  return compileGlob(wildcardTokens(pattern));
}

export const wildcardTokens = (pattern: string): GlobToken[] =>
  pattern.split("").map((character) => (character === "*" ? anyRun : character === "?" ? anyOne : character));

/** A pattern in which `*` is any run of characters and all else is literal. */
export function starGlob(pattern: string): Glob {
  return compileGlob(pattern.split("").map((character) => (character === "*" ? anyRun : character)));
}

/** Compiles the tokens from the parser of a language with its own escapes. */
export function compileGlob(tokens: readonly GlobToken[]): Glob {
  const pattern = tokens.flatMap((token): GlobToken[] => (typeof token === "string" ? token.split("") : [token]));
  return (text) => {
    let at = 0;
    let next = 0;
    /** The last `*` that was met, and the end of the text that it takes. */
    let run = -1;
    let end = 0;
    while (at < text.length) {
      const token = pattern[next];
      if (token === anyRun) {
        run = next++;
        end = at;
      } else if (token === anyOne || token === text[at]) {
        next++;
        at++;
      } else if (run >= 0) {
        next = run + 1;
        at = ++end;
      } else return false;
    }
    return pattern.slice(next).every((token) => token === anyRun);
  };
}
