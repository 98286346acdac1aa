/** A filter expression that is wrong. The message shows the place. */
export class FilterSyntaxError extends Error {
  constructor(
    expression: string,
    /** Counted from 0. */
    readonly position: number,
    problem: string,
  ) {
    const rest = expression.slice(position, position + 30);
    const where = rest === "" ? "at the end" : `at character ${position + 1}, before ${JSON.stringify(rest)}`;
    super(`Invalid filter expression ${where}: ${problem}.`);
  }
}
