/**
 * Empties the quoted texts of a filter's expression, at their length: a `$` or `|` in them is a
 * letter.
 */
export const emptyTexts = (expression: string): string =>
  expression.replaceAll(/"[^"]*"/g, (text) => `"${" ".repeat(text.length - 2)}"`);

/** Lists the names after `$` in a filter's expression, to which a request gives values. */
export function listFilterParameters(expression: string): string[] {
  return [...new Set(Array.from(emptyTexts(expression).matchAll(/\$(\w+)/g), ([, name = ""]) => name))];
}

/**
 * Lists those that a request must give: an EXCLUDE without a value is not applied (guide,
 * "Filtering with placeholders").
 */
export function listNeededParameters(expression: string): string[] {
  const includes = emptyTexts(expression)
    .split("|")
    .filter((part) => /^\s*INCLUDE\b/i.test(part));
  return listFilterParameters(includes.join("|"));
}
