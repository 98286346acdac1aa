import { starGlob } from "../../../aws/glob";
import { ownValue } from "../../../aws/record";
import { invalidPattern, type Matches, testRegex } from "./pattern";

type Test = (document: unknown) => boolean;

/**
 * Reads `{ $.a.b[0] = "x*" && ($.n >= 3 || $.c NOT EXISTS) }`
 * (CloudWatch Logs user guide, "Filter pattern syntax for JSON log events").
 */
export function parseJsonPattern(text: string): Matches {
  if (!text.endsWith("}")) throw invalidPattern("a JSON pattern ends with '}'.");
  const tokens = tokenize(text.slice(1, -1));
  const parser = createParser(tokens);
  const test = parser.any();
  parser.end();
  return ({ document }) => document !== undefined && test(document);
}

type Token =
  | { readonly kind: "symbol" | "word" | "string" | "regex"; readonly text: string }
  | { readonly kind: "selector"; readonly text: string; readonly path: readonly (string | number)[] };

const tokenPattern =
  /\s*(?:(&&|\|\||[()]|!=|<=|>=|=|<|>)|(\$(?:\.[A-Za-z0-9_\-@]+|\.?\[(?:\d+|'[^']*'|"[^"]*")\])+)|"((?:[^"\\]|\\.)*)"|%([^%]+)%|([A-Za-z0-9_.*+\-:/]+))/y;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  const end = text.trimEnd().length;
  while (tokenPattern.lastIndex < end) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(text);
    if (!match) throw invalidPattern(`'${text.slice(at).trim()}' is not understood.`);
    const [, symbol, selector, string, regex, word] = match;
    if (symbol !== undefined) tokens.push({ kind: "symbol", text: symbol });
    else if (selector !== undefined) tokens.push({ kind: "selector", text: selector, path: pathOf(selector) });
    else if (string !== undefined) tokens.push({ kind: "string", text: string.replace(/\\(.)/g, "$1") });
    else if (regex !== undefined) tokens.push({ kind: "regex", text: regex });
    else tokens.push({ kind: "word", text: word ?? "" });
  }
  return tokens;
}

function pathOf(selector: string): (string | number)[] {
  return [...selector.matchAll(/\.([A-Za-z0-9_\-@]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/g)].map(
    ([, name, index, single, double]) => (index === undefined ? (name ?? single ?? double ?? "") : Number(index)),
  );
}

function createParser(tokens: readonly Token[]) {
  let next = 0;
  const take = (text: string) => {
    const token = tokens[next];
    const found = token !== undefined && token.kind !== "string" && token.text.toUpperCase() === text;
    if (found) next++;
    return found;
  };

  const any = (): Test => {
    const tests = [all()];
    while (take("||")) tests.push(all());
    return (document) => tests.some((test) => test(document));
  };
  const all = (): Test => {
    const tests = [one()];
    while (take("&&")) tests.push(one());
    return (document) => tests.every((test) => test(document));
  };
  const one = (): Test => {
    if (take("(")) {
      const inner = any();
      if (!take(")")) throw invalidPattern("a ')' is missing.");
      return inner;
    }
    const token = tokens[next++];
    if (token?.kind !== "selector") {
      throw invalidPattern(`'${token?.text ?? ""}' is not a selector ($.name), which is expected here.`);
    }
    const value = (document: unknown) => follow(document, token.path);
    if (take("NOT")) {
      if (!take("EXISTS")) throw invalidPattern("NOT is followed by EXISTS.");
      return (document) => value(document) === undefined;
    }
    if (take("EXISTS")) return (document) => value(document) !== undefined;
    if (take("IS")) return is(value);
    const operator = tokens[next++];
    const operand = tokens[next++];
    if (operator?.kind !== "symbol" || !operand) throw invalidPattern(`${token.text} needs an operator and a value.`);
    const compare = comparison(operator.text, operand);
    return (document) => compare(value(document));
  };
  const is = (value: (document: unknown) => unknown): Test => {
    for (const [word, wanted] of [
      ["NULL", null],
      ["TRUE", true],
      ["FALSE", false],
    ] as const) {
      if (take(word)) return (document) => value(document) === wanted;
    }
    throw invalidPattern("IS is followed by NULL, TRUE or FALSE.");
  };

  return {
    any,
    end() {
      const rest = tokens[next];
      if (rest) throw invalidPattern(`'${rest.text}' is left over.`);
    },
  };
}

function follow(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, step) => (typeof at === "object" && at !== null ? ownValue(at, step) : undefined),
    value,
  );
}

function comparison(operator: string, operand: Token): (value: unknown) => boolean {
  const equal = equality(operand);
  const number = operand.kind === "word" ? Number(operand.text) : Number.NaN;
  const order = (test: (value: number) => boolean) => {
    if (Number.isNaN(number)) throw invalidPattern(`'${operand.text}' must be a number after ${operator}.`);
    return (value: unknown) => typeof value === "number" && test(value);
  };
  switch (operator) {
    case "=":
      return equal;
    case "!=":
      return (value) => value !== undefined && !equal(value);
    case "<":
      return order((value) => value < number);
    case ">":
      return order((value) => value > number);
    case "<=":
      return order((value) => value <= number);
    case ">=":
      return order((value) => value >= number);
    default:
      throw invalidPattern(`'${operator}' is not a comparison.`);
  }
}

function equality(operand: Token): (value: unknown) => boolean {
  if (operand.kind === "regex") {
    const test = testRegex(operand.text);
    return (value) => typeof value === "string" && test(value);
  }
  const number = operand.kind === "word" ? Number(operand.text) : Number.NaN;
  if (!Number.isNaN(number)) return (value) => value === number;
  const wildcard = starGlob(operand.text);
  return (value) => typeof value === "string" && wildcard(value);
}
