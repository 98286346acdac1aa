/** A place in a policy's text, counted from 1. */
export interface Position {
  readonly Line: number;
  readonly Column: number;
}
export interface Span {
  readonly StartPosition: Position;
  readonly EndPosition: Position;
}

/**
 * Where the statements of a valid policy are in its text, in order. As in AWS's answers, a position is the one after a
 * statement's first and after its last character (recorded: localstack's snapshot test_simulate_principle_policy).
 */
export function statementSpans(text: string): Span[] {
  const spans: Span[] = [];
  /** The keys of the objects, and `[` for the arrays, that the scanner is in. */
  const path: string[] = [];
  let key = "";
  let start = 0;
  for (const { value, end } of tokensOf(text)) {
    if (value.startsWith('"')) {
      if (/^\s*:/.test(text.slice(end))) key = value;
    } else if (value === "{" || value === "[") {
      if (value === "{" && isStatement(path, key)) start = end;
      path.push(value === "[" ? `${key}[` : key);
    } else {
      key = (path.pop() ?? "").replace("[", "");
      if (value === "}" && isStatement(path, key)) {
        spans.push({ StartPosition: positionAt(text, start), EndPosition: positionAt(text, end) });
      }
    }
  }
  return spans;
}

const isStatement = (path: readonly string[], key: string) =>
  (path.length === 1 && key === '"Statement"') || (path.length === 2 && path[1] === '"Statement"[');

/** The texts and brackets of a JSON text, each with the index after it. */
function* tokensOf(text: string): Generator<{ value: string; end: number }> {
  for (const found of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    yield { value: found[0], end: found.index + found[0].length };
  }
}

function positionAt(text: string, index: number): Position {
  const before = text.slice(0, index).split("\n");
  return { Line: before.length, Column: (before.at(-1) ?? "").length + 1 };
}
