// JSONata is written in indented templates and deployed on one line: `${…}` inserts another piece
// of JSONata.

/** A piece of an expression, without Step Functions' delimiters. */
export function piece(lines: TemplateStringsArray, ...pieces: string[]): string {
  return String.raw({ raw: lines }, ...pieces)
    .replace(/\s+/g, " ")
    .trim();
}

/** An expression as Step Functions takes it: `{% … %}`. */
export function jsonata(lines: TemplateStringsArray, ...pieces: string[]): string {
  return `{% ${piece(lines, ...pieces)} %}`;
}
