import { type Clause, listTests, readClauses } from "./filter-expression";

/**
 * Lists the parameters of a filter's expression, to which a request gives values. None are known of
 * an expression that the parser refuses.
 */
export const listFilterParameters = (expression: string): string[] => listOf(readClauses(expression) ?? []);

/**
 * Lists those that a request must give: an EXCLUDE without a value is not applied (guide,
 * "Filtering with placeholders").
 */
export const listNeededParameters = (expression: string): string[] =>
  listOf((readClauses(expression) ?? []).filter(({ mode }) => mode === "INCLUDE"));

function listOf(clauses: readonly Clause[]): string[] {
  const values = listTests(clauses).flatMap((test) => test.values);
  return [...new Set(values.flatMap((value) => (value.kind === "parameter" ? value.name : [])))];
}
