import { listTests, readClauses } from "../../dynamic-providers/checks/filter-expression";

/**
 * Finds a value of a filter's parameter that lets some of the items pass, as a request has it; or
 * an empty text.
 */
export function findExample(
  expression: string,
  parameter: string,
  items: readonly Readonly<Record<string, string>>[],
  eventTypes: readonly string[],
): string {
  const tests = listTests(readClauses(expression) ?? []);
  const use = tests.find(({ values }) => values.some((each) => each.kind === "parameter" && each.name === parameter));
  const { dataset, column = "", operator = "IN" } = use ?? {};
  const cells = dataset === "items" ? items.map((columns) => columns[column] ?? "") : [];
  const ofEvents = dataset === "interactions";
  // A categorical column has several values in one cell.
  const values = [...new Set(ofEvents ? eventTypes : cells.map((cell) => cell.split("|")[0] ?? ""))].filter(Boolean);
  // Texts are quoted inside (Personalize guide, "Filter parameters").
  if (!/[<>]/.test(operator)) return values[0] === undefined ? "" : JSON.stringify(values[0]);
  const sorted = values.sort((a, b) => Number(a) - Number(b));
  // The middle one has values on both sides.
  return sorted[Math.floor((sorted.length - (operator.startsWith(">") ? 1 : 0)) / 2)] ?? "";
}
