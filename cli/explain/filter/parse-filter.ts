/** A part of a filter's expression, between `|`. */
export interface Clause {
  readonly text: string;
  readonly mode: "INCLUDE" | "EXCLUDE";
  /** One of these must be true; of each all tests. AND binds tighter than OR. */
  readonly where: readonly (readonly Test[])[];
  /** `IF CurrentUser…`: otherwise the clause does not apply. */
  readonly when: readonly Test[];
}

/** A column against values. */
export interface Test {
  readonly dataset: "interactions" | "items" | "currentuser";
  readonly column: string;
  readonly operator: "IN" | "NOT IN" | "=" | "!=" | "<" | "<=" | ">" | ">=";
  readonly values: readonly Value[];
}

export type Value =
  | { readonly kind: "fixed"; readonly text: string }
  | { readonly kind: "parameter"; readonly name: string }
  /** `CurrentItem.COLUMN`: that of the item that the request is about. */
  | { readonly kind: "current item"; readonly column: string }
  /** `*`: all event types. */
  | { readonly kind: "any" };

const token = /"(?:[^"\\]|\\.)*"|\$?[A-Za-z_][\w.]*|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|[<>!]=|[=<>(),|*]/g;

/**
 * Reads a filter's expression, which the service has accepted (guide, "Filter expression structure
 * and elements"). Undefined for one in a form that is not known here: then nothing is said of it.
 */
export function parseFilter(expression: string): Clause[] | undefined {
  try {
    return splitClauses(expression).map((text) => new ClauseReader(text).read());
  } catch (error) {
    if (error instanceof UnknownForm) return undefined;
    throw error;
  }
}

class UnknownForm extends Error {}

/** A `|` within quotes is a part of a text. */
const splitClauses = (expression: string): string[] =>
  (expression.match(/(?:"(?:[^"\\]|\\.)*"|[^|"])+/g) ?? []).map((text) => text.trim());

class ClauseReader {
  readonly #text: string;
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = text.match(token) ?? [];
    // What is no token must be white space.
    if (text.replace(token, "").trim() !== "") throw new UnknownForm();
  }

  read(): Clause {
    const mode = this.#takes("INCLUDE") ? "INCLUDE" : "EXCLUDE";
    if (mode === "EXCLUDE") this.#needs("EXCLUDE");
    this.#needs("ItemID");
    this.#needs("WHERE");
    const where: Test[][] = [];
    do where.push(this.#tests());
    while (this.#takes("OR"));
    const when = this.#takes("IF") ? this.#tests() : [];
    if (this.#at < this.#tokens.length) throw new UnknownForm();
    return { text: this.#text, mode, where, when };
  }

  #tests(): Test[] {
    const tests = [this.#test()];
    while (this.#takes("AND")) tests.push(this.#test());
    return tests;
  }

  #test(): Test {
    const [owner = "", column = ""] = this.#next().split(".");
    const dataset = (["interactions", "items", "currentuser"] as const).find((name) => name === owner.toLowerCase());
    if (dataset === undefined || column === "") throw new UnknownForm();
    const isNegated = this.#takes("NOT");
    if (this.#takes("IN")) return { dataset, column, operator: isNegated ? "NOT IN" : "IN", values: this.#list() };
    const operator = (["=", "!=", "<", "<=", ">", ">="] as const).find((each) => this.#takes(each));
    if (isNegated || operator === undefined) throw new UnknownForm();
    return { dataset, column, operator, values: this.#list() };
  }

  /** One value, or several in brackets. */
  #list(): Value[] {
    if (!this.#takes("(")) return [this.#value()];
    const values = [this.#value()];
    while (this.#takes(",")) values.push(this.#value());
    this.#needs(")");
    return values;
  }

  #value(): Value {
    const text = this.#next();
    if (text === "*" || text === '"*"') return { kind: "any" };
    if (text.startsWith("$")) return { kind: "parameter", name: text.slice(1) };
    if (text.startsWith('"')) return { kind: "fixed", text: text.slice(1, -1).replace(/\\(.)/gs, "$1") };
    if (/^-?\d/.test(text)) return { kind: "fixed", text };
    const [owner = "", column = ""] = text.split(".");
    if (owner.toLowerCase() === "currentitem" && column !== "") return { kind: "current item", column };
    throw new UnknownForm();
  }

  #next(): string {
    const found = this.#tokens[this.#at++];
    if (found === undefined) throw new UnknownForm();
    return found;
  }

  /** Keywords are taken in any case. */
  #takes(word: string): boolean {
    if (this.#tokens[this.#at]?.toLowerCase() !== word.toLowerCase()) return false;
    this.#at++;
    return true;
  }

  #needs(word: string): void {
    if (!this.#takes(word)) throw new UnknownForm();
  }
}
