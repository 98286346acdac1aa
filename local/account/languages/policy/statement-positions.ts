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
 * Finds the statements of a valid policy in its text, in order. As in AWS's answers, a position is the one after a
 * statement's first and after its last character (recorded: localstack's snapshot test_simulate_principle_policy).
 */
export function statementSpans(text: string): Span[] {
  const spans: Span[] = [];
  /** The keys of the objects, and `[` for the arrays, that the scanner is in. */
  const path: string[] = [];
  let key = "";
  let start = 0;
  const positionAt = createLineCounter(text);
  for (const { value, end, isName } of tokensOf(text)) {
    if (value.startsWith('"')) {
      if (isName) key = value;
    } else if (value === "{" || value === "[") {
      if (value === "{" && isStatement(path, key)) start = end;
      path.push(value === "[" ? `${key}[` : key);
    } else {
      key = (path.pop() ?? "").replace("[", "");
      if (value === "}" && isStatement(path, key)) {
        spans.push({ StartPosition: positionAt(start), EndPosition: positionAt(end) });
      }
    }
  }
  return spans;
}

const isStatement = (path: readonly string[], key: string) =>
  (path.length === 1 && key === '"Statement"') || (path.length === 2 && path[1] === '"Statement"[');

/** The texts and brackets of a JSON text, each with the index after it. */
function* tokensOf(text: string): Generator<{ value: string; end: number; isName: boolean }> {
  for (const found of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    const [whole, value = whole, colon] = found;
    yield { value, end: found.index + value.length, isName: colon !== undefined };
  }
}

/** Finds the positions of indexes that are asked for in order, so that each line is counted once. */
function createLineCounter(text: string): (index: number) => Position {
  let Line = 1;
  let start = 0;
  return (index) => {
    for (let end = text.indexOf("\n", start); end !== -1 && end < index; end = text.indexOf("\n", start)) {
      Line++;
      start = end + 1;
    }
    return { Line, Column: index - start + 1 };
  };
}
