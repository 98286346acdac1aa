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
  readonly dataset: "interactions" | "items" | "users" | "currentuser";
  readonly column: string;
  readonly operator: "IN" | "NOT IN" | "=" | "!=" | "<" | "<=" | ">" | ">=";
  readonly values: readonly Value[];
}

export type Value =
  | { readonly kind: "fixed"; readonly text: string; readonly isQuoted: boolean }
  | { readonly kind: "parameter"; readonly name: string }
  /** `CurrentItem.COLUMN`: that of the item that the request is about. */
  | { readonly kind: "current item"; readonly column: string }
  /** `*`: all event types. */
  | { readonly kind: "any" };

/** Checks a filter expression. Returns the first error, with its position. */
export function checkFilterExpression(value: unknown): string[] {
  if (typeof value !== "string" || value.length < 1 || value.length > 2500) {
    return ["Give a text of 1 to 2,500 characters."];
  }
  try {
    parseFilterExpression(value);
    return [];
  } catch (error) {
    return [describeSyntaxError(error)];
  }
}

/** Parses a filter expression; undefined for one in a form that the parser does not know. */
export function readClauses(expression: string): Clause[] | undefined {
  try {
    return parseFilterExpression(expression);
  } catch (error) {
    describeSyntaxError(error);
    return undefined;
  }
}

/**
 * The parser throws plain errors, also in the stored text of the provider; any other is a bug, and
 * is thrown on.
 */
function describeSyntaxError(error: unknown): string {
  if ((error as Error).constructor !== Error) throw error;
  return (error as Error).message;
}

/** Lists the tests of clauses, also those of `IF`. */
export const listTests = (clauses: readonly Clause[]): Test[] =>
  clauses.flatMap(({ where, when }) => [...where.flat(), ...when]);

/**
 * Parses a filter expression by the guide's pages on filter expressions, with a recursive descent
 * over `INCLUDE|EXCLUDE ItemID WHERE condition { AND|OR condition } [ IF CurrentUser… ]`, parts
 * joined by `|`. Throws the first error, with its position.
 */
export function parseFilterExpression(expression: string): Clause[] {
  const tokens = [...expression.matchAll(/"[^"]*"|\$?[A-Za-z_][\w.]*|-?\d+(\.\d+)?|[<>!]=|[=<>(),|*]|\S/g)];
  let at = 0;
  const peek = (pattern: RegExp) => pattern.test(tokens[at]?.[0] ?? "");
  const take = (pattern: RegExp, wanted: string) => {
    const token = tokens[at];
    if (!token || !peek(pattern)) {
      throw new Error(
        `${wanted} expected ${token ? `instead of ${token[0]} at character ${(token.index ?? 0) + 1}` : "at the end"}.`,
      );
    }
    at++;
    return token[0];
  };
  const operand = () => {
    const inBrackets = peek(/^\($/) && take(/^\($/, "(");
    const value = take(/^(".*"|-?\d.*|\$\w+)$/, "A number, a quoted text or a $PARAMETER");
    if (inBrackets) take(/^\)$/, ")");
    return toValue(value);
  };
  const list = (negated: boolean) => {
    const values: Value[] = [];
    take(/^\($/, "(");
    do {
      if (negated && peek(/^\$/)) throw new Error("NOT IN does not take a $PARAMETER. Use EXCLUDE with IN instead.");
      values.push(toValue(take(/^(".*"|-?\d.*|\$\w+|\*)$/, "A quoted text, a number, * or a $PARAMETER")));
    } while (peek(/^,$/) && take(/^,$/, ","));
    take(/^\)$/, ")");
    return values;
  };
  const condition = (subject: RegExp, wanted: string): Test => {
    const field = take(subject, wanted);
    const [owner = "", column = ""] = field.split(".");
    const dataset = owner.toLowerCase() as Test["dataset"];
    const negated = peek(/^NOT$/i) && take(/^NOT$/i, "NOT") !== "";
    const comparesItems = dataset === "items" && /^CurrentItem\.\w+$/i.test(tokens[at + 1]?.[0] ?? "");
    // Without brackets, as in the guide, "Item data filter examples".
    const currentItem = () => toValue(take(/./, "CurrentItem.COLUMN"));
    if (!negated && peek(/^([<>!]=|[=<>])$/)) {
      const operator = take(/./, "A comparison") as Test["operator"];
      return { dataset, column, operator, values: [comparesItems ? currentItem() : operand()] };
    }
    take(/^IN$/i, negated ? "IN" : "IN, NOT IN or a comparison");
    const values = comparesItems ? [currentItem()] : list(negated);
    return { dataset, column, operator: negated ? "NOT IN" : "IN", values };
  };
  const clause = (): Clause => {
    const start = tokens[at]?.index ?? 0;
    const mode = take(/^(INCLUDE|EXCLUDE)$/i, "INCLUDE or EXCLUDE").toUpperCase() as Clause["mode"];
    take(/^(ItemID|UserID)$/i, "ItemID or UserID");
    take(/^WHERE$/i, "WHERE");
    const subject = /^(Interactions\.EVENT_TYPE|Items\.\w+|Users\.\w+)$/i;
    const test = () => condition(subject, "Interactions.EVENT_TYPE, Items.COLUMN or Users.COLUMN");
    const where = [[test()]];
    while (peek(/^(AND|OR)$/i)) {
      if (/^OR$/i.test(take(/^(AND|OR)$/i, "AND"))) where.push([test()]);
      else where.at(-1)?.push(test());
    }
    if (new Set(where.flat().map(({ dataset }) => dataset)).size > 1) {
      throw new Error("An expression can use only one dataset. Join two expressions with |.");
    }
    const when: Test[] = [];
    if (peek(/^IF$/i)) {
      do {
        at++;
        when.push(condition(/^CurrentUser\.\w+$/i, "CurrentUser.COLUMN"));
      } while (peek(/^AND$/i));
    }
    const last = tokens[at - 1];
    const text = expression.slice(start, (last?.index ?? 0) + (last?.[0].length ?? 0));
    return { text, mode, where, when };
  };
  const clauses = [clause()];
  while (at < tokens.length) {
    take(/^\|$/, "AND, OR, IF or |");
    clauses.push(clause());
  }
  return clauses;
}

function toValue(token: string): Value {
  if (token === "*" || token === '"*"') return { kind: "any" };
  if (token.startsWith("$")) return { kind: "parameter", name: token.slice(1) };
  if (token.startsWith('"')) return { kind: "fixed", text: token.slice(1, -1), isQuoted: true };
  const [, column] = /^CurrentItem\.(\w+)$/i.exec(token) ?? [];
  return column === undefined ? { kind: "fixed", text: token, isQuoted: false } : { kind: "current item", column };
}
