import { invalidInput } from "../faults";
import { type Expression, parametersOf } from "./syntax";

/** The values of a request by parameter: from `"a","b"` and from `a`, as texts without quotes. */
export type FilterValues = ReadonlyMap<string, readonly string[]>;

/**
 * Reads `filterValues`: per parameter a list of values, texts in double quotes, separated by
 * commas. Throws InvalidInputException for a parameter that no expression has, or a text that is
 * not closed.
 */
export function readFilterValues(
  given: Readonly<Record<string, string>> = {},
  expressions: readonly Expression[],
): FilterValues {
  const known = new Set(expressions.flatMap(parametersOf));
  for (const name of Object.keys(given)) {
    if (!known.has(name)) throw invalidInput(`filterValues.${name} is not a parameter of the filter.`);
  }
  for (const expression of expressions) {
    if (expression.mode === "EXCLUDE") continue;
    const missing = parametersOf(expression).filter((name) => !Object.hasOwn(given, name));
    if (missing.length > 0)
      throw invalidInput(`filterValues is missing ${missing.join(", ")}: INCLUDE needs every parameter.`);
  }
  return new Map(Object.entries(given).map(([name, text]) => [name, readValues(name, text)]));
}

/** The alternatives share no beginning: a text without an end is refused after one pass. */
const item = /(?:\s*"((?:[^"\\]|\\.)*)"\s*|([^",]*))(?:,|$)/gsy;

function readValues(name: string, text: string): string[] {
  const values: string[] = [];
  item.lastIndex = 0;
  while (item.lastIndex < text.length) {
    const start = item.lastIndex;
    const match = item.exec(text);
    if (!match)
      throw invalidInput(
        `filterValues.${name} cannot be read at character ${start + 1}: ${text.slice(start, start + 30)}`,
      );
    values.push(match[1]?.replace(/\\(.)/gs, "$1") ?? match[2]?.trim() ?? "");
  }
  if (values.length === 0) throw invalidInput(`filterValues.${name} is empty.`);
  return values;
}
