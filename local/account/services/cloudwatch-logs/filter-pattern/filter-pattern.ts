import { notImplemented } from "../../../aws/fault";
import { parseJsonPattern } from "./json-pattern";
import { invalidPattern, type Matches, testRegex } from "./pattern";

/**
 * Reads a filter pattern of CloudWatch Logs: nothing (all events), terms (`ERROR "two words" -not
 * ?any ?of`, `%regex%`) or a JSON pattern (`{ $.level = "ERROR" }`). Space-delimited patterns
 * (`[ip, user, …]`) return 501.
 */
export function parseFilterPattern(pattern: string): Matches {
  const text = pattern.trim();
  if (text === "") return () => true;
  if (text.startsWith("[")) throw notImplemented("logs: space-delimited filter pattern");
  if (text.startsWith("{")) return parseJsonPattern(text);
  const terms = readTerms(text);
  const required = terms.filter(({ kind }) => kind === "all");
  const excluded = terms.filter(({ kind }) => kind === "not");
  // `?` terms count only without other terms (user guide, "Filter pattern syntax").
  const optional = required.length + excluded.length > 0 ? [] : terms;
  return ({ message }) =>
    required.every(({ test }) => test(message)) &&
    !excluded.some(({ test }) => test(message)) &&
    (optional.length === 0 || optional.some(({ test }) => test(message)));
}

interface Term {
  readonly kind: "all" | "not" | "any";
  readonly test: (text: string) => boolean;
}

function readTerms(text: string): Term[] {
  const found: Term[] = [];
  const term = /\s*([-?]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]+)%|([A-Za-z0-9_.\-/:=@]+))(?=\s|$)/y;
  while (term.lastIndex < text.length) {
    const at = term.lastIndex;
    const match = term.exec(text);
    if (!match) {
      throw invalidPattern(`'${text.slice(at).trim()}': put a term with special characters in double quotes.`);
    }
    const [, sign, quoted, regex, word] = match;
    const literal = quoted === undefined ? (word ?? "") : quoted.replace(/\\(.)/g, "$1");
    found.push({
      kind: sign === "-" ? "not" : sign === "?" ? "any" : "all",
      test: regex === undefined ? (message) => message.includes(literal) : testRegex(regex),
    });
  }
  return found;
}
