import { emptyTexts } from "../../dynamic-providers/checks/filter-parameters";

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
  // `Items.PRICE < $MOST`, `Items.ANIMAL_TYPE IN ("1", $SPECIES)`
  const use = new RegExp(String.raw`(\w+)\.(\w+)\s*([<>]?)[^.|]*?\$${parameter}\b`).exec(emptyTexts(expression));
  const [, dataset = "", column = "", comparison = ""] = use ?? [];
  const cells = /^items$/i.test(dataset) ? items.map((columns) => columns[column] ?? "") : [];
  const ofEvents = /^interactions$/i.test(dataset) && column === "EVENT_TYPE";
  // A categorical column has several values in one cell.
  const values = [...new Set(ofEvents ? eventTypes : cells.map((cell) => cell.split("|")[0] ?? ""))].filter(Boolean);
  // Texts are quoted inside (Personalize guide, "Filter parameters").
  if (comparison === "") return values[0] === undefined ? "" : JSON.stringify(values[0]);
  const sorted = values.sort((a, b) => Number(a) - Number(b));
  // The middle one has values on both sides.
  return sorted[Math.floor((sorted.length - (comparison === ">" ? 1 : 0)) / 2)] ?? "";
}
