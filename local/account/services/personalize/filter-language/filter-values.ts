import { invalidInput } from "../faults";
import type { ParameterKind } from "./check";
import { type Expression, parametersOf } from "./syntax";

/** The values of a request by parameter, as texts without quotes. */
export type FilterValues = ReadonlyMap<string, readonly string[]>;

/**
 * Reads `filterValues`: per parameter a value, or several that commas separate. Texts are in double
 * quotes, in all of the guide's examples (guide, "Filtering real-time recommendations"); a number
 * may be. Throws InvalidInputException for a parameter that no expression has, one that INCLUDE
 * lacks, and values that do not fit the column.
 */
export function readFilterValues(
  given: Readonly<Record<string, string>> = {},
  expressions: readonly Expression[],
  kinds: ReadonlyMap<string, ParameterKind>,
): FilterValues {
  for (const expression of expressions) {
    if (expression.mode === "EXCLUDE") continue;
    const missing = parametersOf(expression).filter((name) => !Object.hasOwn(given, name));
    if (missing.length > 0) {
      throw invalidInput(`filterValues is missing ${missing.join(", ")}: INCLUDE needs every parameter.`);
    }
  }
  return new Map(
    Object.entries(given).map(([name, text]) => {
      const kind = kinds.get(name);
      if (kind) return [name, readValues(name, text, kind)];
      const known = kinds.size > 0 ? `It has ${[...kinds.keys()].join(", ")}, in this spelling` : "It has none";
      throw invalidInput(`filterValues.${name} is not a parameter of the filter. ${known}.`);
    }),
  );
}

/** The alternatives share no beginning: a text without an end is refused after one pass. */
const item = /\s*(?:"((?:[^"\\]|\\.)*)"\s*|([^\s",][^",]*))(?:,(?=.)|$)/gsy;

function readValues(name: string, text: string, { isText, isList }: ParameterKind): string[] {
  const refuse = (problem: string) => invalidInput(`filterValues.${name} ${problem}`);
  const values: string[] = [];
  item.lastIndex = 0;
  while (item.lastIndex < text.length) {
    const start = item.lastIndex;
    const [, quoted, bare = ""] =
      item.exec(text) ?? fail(refuse(`cannot be read at character ${start + 1}: ${text.slice(start, start + 30)}`));
    const value = quoted?.replace(/\\(.)/gs, "$1") ?? bare.trim();
    if (isText && quoted === undefined) {
      throw refuse(`is a text: write it in double quotes, such as "a" or "a","b", and not ${value}`);
    }
    if (!isText && (value.trim() === "" || !Number.isFinite(Number(value)))) {
      throw refuse(`is compared with numbers, and ${value} is none`);
    }
    values.push(value);
  }
  if (values.length === 0) throw refuse("is empty.");
  if (!isList && values.length > 1) throw refuse(`has ${values.length} values; a comparison takes one.`);
  return values;
}

function fail(fault: Error): never {
  throw fault;
}
