/** Lists the names after `$` in a filter's expression, to which a request gives values. */
export function listFilterParameters(expression: string): string[] {
  return [...new Set(Array.from(expression.matchAll(/\$(\w+)/g), ([, name = ""]) => name))];
}

/** Lists those that a request must give: an EXCLUDE without a value is not applied (guide, "Filtering with placeholders"). */
export function listNeededParameters(expression: string): string[] {
  const includes = expression
    .replaceAll(/"[^"]*"/g, "")
    .split("|")
    .filter((part) => /^\s*INCLUDE\b/i.test(part));
  return listFilterParameters(includes.join("|"));
}
