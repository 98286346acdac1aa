/** Lists the names after `$` in a filter's expression, to which a request gives values. */
export function listFilterParameters(expression: string): string[] {
  return [...new Set(Array.from(expression.matchAll(/\$(\w+)/g), ([, name = ""]) => name))];
}
