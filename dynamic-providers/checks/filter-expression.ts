/**
 * Checks a filter expression by the guide's pages on filter expressions, with a recursive descent
 * over `INCLUDE|EXCLUDE ItemID WHERE condition { AND|OR condition } [ IF CurrentUser… ]`, parts
 * joined by `|`. Returns the first error, with its position.
 */
export function checkFilterExpression(value: unknown): string[] {
  if (typeof value !== "string" || value.length < 1 || value.length > 2500) {
    return ["Give a text of 1 to 2,500 characters."];
  }
  const tokens = [...value.matchAll(/"[^"]*"|\$?[A-Za-z_][\w.]*|-?\d+(\.\d+)?|[<>!]=|[=<>(),|*]|\S/g)];
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
    take(/^(".*"|-?\d.*|\$\w+)$/, "A number, a quoted text or a $PARAMETER");
    if (inBrackets) take(/^\)$/, ")");
  };
  const condition = (subject: RegExp, wanted: string) => {
    const field = take(subject, wanted);
    const negated = peek(/^NOT$/i) && take(/^NOT$/i, "NOT");
    const comparesItems = /^Items\./i.test(field) && /^CurrentItem\.\w+$/i.test(tokens[at + 1]?.[0] ?? "");
    if (!negated && peek(/^([<>!]=|[=<>])$/)) {
      at++;
      if (comparesItems) at++;
      else operand();
      return field;
    }
    take(/^IN$/i, negated ? "IN" : "IN, NOT IN or a comparison");
    // Without brackets, as in the guide, "Item data filter examples".
    if (comparesItems) {
      at++;
      return field;
    }
    take(/^\($/, "(");
    do {
      if (negated && peek(/^\$/)) throw new Error("NOT IN does not take a $PARAMETER. Use EXCLUDE with IN instead.");
      take(/^(".*"|-?\d.*|\$\w+|\*)$/, "A quoted text, a number, * or a $PARAMETER");
    } while (peek(/^,$/) && take(/^,$/, ","));
    take(/^\)$/, ")");
    return field;
  };
  const expression = () => {
    take(/^(INCLUDE|EXCLUDE)$/i, "INCLUDE or EXCLUDE");
    take(/^(ItemID|UserID)$/i, "ItemID or UserID");
    take(/^WHERE$/i, "WHERE");
    const subject = /^(Interactions\.EVENT_TYPE|Items\.\w+|Users\.\w+)$/i;
    const datasets = new Set<string>();
    do {
      const field = condition(subject, "Interactions.EVENT_TYPE, Items.COLUMN or Users.COLUMN");
      datasets.add(field.split(".")[0]?.toLowerCase() ?? "");
    } while (peek(/^(AND|OR)$/i) && take(/^(AND|OR)$/i, "AND"));
    if (datasets.size > 1) throw new Error("An expression can use only one dataset. Join two expressions with |.");
    if (peek(/^IF$/i)) {
      do {
        at++;
        condition(/^CurrentUser\.\w+$/i, "CurrentUser.COLUMN");
      } while (peek(/^AND$/i));
    }
  };
  try {
    expression();
    while (at < tokens.length) {
      take(/^\|$/, "AND, OR, IF or |");
      expression();
    }
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}
