/**
 * Wildcards for all services. A pattern is compiled once; a match takes time that is linear in the text for any pattern
 * (with `?`, a 32nd of the pattern's length times the text's): the search for each segment between two `*` starts at the
 * end of the segment before it and is never repeated. A regular expression would try all ways to divide the text among the
 * `*`.
 */

/** Any run of characters, the empty one included. */
export const anyRun = Symbol("any run of characters");
/** Any one character. */
export const anyOne = Symbol("any one character");
/** A piece of a pattern: literal text or a wildcard. Each language has its own escapes, so its parser creates the tokens. */
export type GlobToken = string | typeof anyRun | typeof anyOne;
/** Returns whether the whole text matches. */
export type Glob = (text: string) => boolean;

/** The part of a pattern between two `*`. */
interface Segment {
  readonly length: number;
  /** Returns whether the segment is at exactly this position. */
  at(text: string, position: number): boolean;
  /** The first position at or after `from`, or -1. */
  find(text: string, from: number): number;
}

/** A pattern in which `*` is any run of characters, `?` any one, and all else is literal. */
export function glob(pattern: string): Glob {
  return compileGlob(Array.from(pattern, (character) => wildcards.get(character) ?? character));
}

/** A pattern in which `*` is any run of characters and all else is literal. */
export function starGlob(pattern: string): Glob {
  return compileGlob(pattern.split("*").flatMap((literal, i) => (i === 0 ? [literal] : [anyRun, literal])));
}

/** Tests whether a text contains the literal. */
export function matchSubstring(literal: string): Glob {
  return compileGlob([anyRun, literal, anyRun]);
}

const wildcards = new Map<string, GlobToken>([
  ["*", anyRun],
  ["?", anyOne],
]);

/** Compiles the tokens from the parser of a language with its own escapes. */
export function compileGlob(tokens: Iterable<GlobToken>): Glob {
  const [first, ...rest] = segmentsOf(tokens);
  const last = rest.pop();
  if (!last) return (text) => text.length === first.length && first.at(text, 0);
  const middle = rest.filter(({ length }) => length > 0);
  return (text) => {
    const end = text.length - last.length;
    if (first.length > end || !first.at(text, 0) || !last.at(text, end)) return false;
    let from = first.length;
    for (const segment of middle) {
      const found = segment.find(text, from);
      if (found === -1) return false;
      from = found + segment.length;
    }
    return from <= end;
  };
}

function segmentsOf(tokens: Iterable<GlobToken>): [Segment, ...Segment[]] {
  const segments: Segment[] = [];
  let current: (string | typeof anyOne)[] = [];
  let previous: GlobToken | undefined;
  for (const token of tokens) {
    const isRepeated = token === anyRun && previous === anyRun;
    previous = token;
    if (isRepeated) continue;
    if (token === anyRun) {
      segments.push(segmentOf(current));
      current = [];
    } else current.push(token);
  }
  const last = segmentOf(current);
  const [first, ...others] = segments;
  return first ? [first, ...others, last] : [last];
}

function segmentOf(parts: readonly (string | typeof anyOne)[]): Segment {
  if (parts.every((part) => typeof part === "string")) return literalSegment(parts.join(""));
  return maskedSegment(parts.flatMap((part) => (part === anyOne ? [-1] : codesOf(part))));
}

const codesOf = (text: string) => Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));

/** Up to this length `indexOf` is the fastest search; its worst case grows with the literal's length. */
const longLiteral = 64;

function literalSegment(literal: string): Segment {
  return {
    length: literal.length,
    at: (text, position) => text.startsWith(literal, position),
    find: literal.length <= longLiteral ? (text, from) => text.indexOf(literal, from) : searchLong(literal),
  };
}

/** The search of Knuth, Morris and Pratt: it reads each character of the text once. */
function searchLong(literal: string): Segment["find"] {
  const codes = Uint16Array.from(codesOf(literal));
  const fallback = new Uint32Array(codes.length);
  for (let i = 1, matched = 0; i < codes.length; i++) {
    while (matched > 0 && codes[i] !== codes[matched]) matched = fallback[matched - 1] ?? 0;
    if (codes[i] === codes[matched]) matched++;
    fallback[i] = matched;
  }
  return (text, from) => {
    for (let i = from, matched = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      while (matched > 0 && code !== codes[matched]) matched = fallback[matched - 1] ?? 0;
      if (code === codes[matched]) matched++;
      if (matched === codes.length) return i + 1 - matched;
    }
    return -1;
  };
}

/**
 * A segment with `?` in it, as character codes; -1 is any character. The search has a bit for each beginning of the segment
 * that ends at the present character, and moves all of them at once (Baeza-Yates and Gonnet, "Shift-And"): trying the
 * segment at each position would take its length times the text's.
 */
function maskedSegment(codes: readonly number[]): Segment {
  const words = Math.ceil(codes.length / 32);
  const everywhere = new Uint32Array(words);
  const masks = new Map<number, Uint32Array>();
  for (const code of codes) if (code !== -1 && !masks.has(code)) masks.set(code, new Uint32Array(words));
  for (const [i, code] of codes.entries()) setBit(code === -1 ? everywhere : (masks.get(code) ?? everywhere), i);
  for (const mask of masks.values())
    for (const [word, bits] of everywhere.entries()) mask[word] = (mask[word] ?? 0) | bits;

  return {
    length: codes.length,
    at: (text, position) => codes.every((code, i) => code === -1 || code === text.charCodeAt(position + i)),
    find(text, from) {
      const begun = new Uint32Array(words);
      const last = codes.length - 1;
      for (let i = from; i < text.length; i++) {
        const mask = masks.get(text.charCodeAt(i)) ?? everywhere;
        let carry = 1;
        for (let word = 0; word < words; word++) {
          const bits = begun[word] ?? 0;
          begun[word] = ((bits << 1) | carry) & (mask[word] ?? 0);
          carry = bits >>> 31;
        }
        if (((begun[last >> 5] ?? 0) >>> (last & 31)) & 1) return i - last;
      }
      return -1;
    },
  };
}

function setBit(bits: Uint32Array, at: number): void {
  bits[at >> 5] = (bits[at >> 5] ?? 0) | (1 << (at & 31));
}
