import { FilterSyntaxError } from "./syntax-error";

export interface Token {
  readonly kind: "word" | "text" | "number" | "parameter" | "symbol" | "end";
  /** The content of a text, and the name of a parameter without `$`. */
  readonly text: string;
  readonly position: number;
}

const patterns: readonly (readonly [Token["kind"] | "space", RegExp])[] = [
  ["space", /\s+/y],
  ["word", /[A-Za-z_][A-Za-z\d_]*/y],
  ["number", /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y],
  ["parameter", /\$([A-Za-z\d_]+)/y],
  ["text", /"((?:[^"\\]|\\.)*)"/sy],
  ["symbol", /<=|>=|!=|[=<>().,|*]/y],
];

/**
 * The words and signs of a filter expression; the last token is its end. Throws FilterSyntaxError.
 */
export function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < expression.length) {
    const [kind, match] = read(expression, position);
    if (kind !== "space") {
      const text = kind === "text" ? (match[1] ?? "").replace(/\\(.)/gs, "$1") : (match[1] ?? match[0]);
      tokens.push({ kind, text, position });
    }
    position += match[0].length;
  }
  return [...tokens, { kind: "end", text: "", position }];
}

function read(expression: string, position: number): [Token["kind"] | "space", RegExpExecArray] {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = position;
    const match = pattern.exec(expression);
    if (match) return [kind, match];
  }
  const sign = expression[position];
  const found = sign === '"' ? "a text that is not closed" : `the character ${JSON.stringify(sign)}`;
  throw new FilterSyntaxError(expression, position, `there is ${found}`);
}
