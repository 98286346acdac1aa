import type { Cell } from "../state/table";
import type { FilterValues } from "./filter-values";
import { type Condition, type Expression, parametersOf, type Test, type Value } from "./syntax";

/** The facts that a filter can use for one request. */
export interface Facts {
  /** The value of an item's column. */
  item(itemId: string, field: string): Cell;
  /** The value of the requested item's column: `CurrentItem`. */
  currentItem(field: string): Cell;
  /** The value of the asking user's column. */
  user(field: string): Cell;
  /** The event types by which the user interacted with an item, in lower case. */
  eventTypesOf(itemId: string): ReadonlySet<string>;
}

/**
 * Selects the items that pass: all that some INCLUDE takes, without those that an EXCLUDE takes;
 * without any INCLUDE, all others (guide, "Filter expressions"). An expression whose IF is false
 * does not apply, nor does an EXCLUDE whose parameter has no value.
 */
export function filterOf(
  expressions: readonly Expression[],
  values: FilterValues,
  facts: Facts,
): (itemId: string) => boolean {
  const applying = expressions.filter(
    (expression) =>
      parametersOf(expression).every((name) => values.has(name)) &&
      expression.when.every((test) => testMatches(test, facts.user(test.property.field), facts, values)),
  );
  const conditions = (mode: Expression["mode"]) => applying.filter((expression) => expression.mode === mode);
  const includes = conditions("INCLUDE");
  const excludes = conditions("EXCLUDE");
  const takes = (itemId: string) => (expression: Expression) =>
    conditionMatches(expression.where, itemId, facts, values);
  return (itemId) => (includes.length === 0 || includes.some(takes(itemId))) && !excludes.some(takes(itemId));
}

function conditionMatches(condition: Condition, itemId: string, facts: Facts, values: FilterValues): boolean {
  if (condition.kind !== "test") {
    const part = (inner: Condition) => conditionMatches(inner, itemId, facts, values);
    return condition.kind === "and" ? condition.parts.every(part) : condition.parts.some(part);
  }
  const { test } = condition;
  if (test.property.dataset === "Interactions") return eventMatches(test, facts.eventTypesOf(itemId), facts, values);
  return testMatches(test, facts.item(itemId, test.property.field), facts, values);
}

/** Event types ignore case, and only they (guide, "Filter expressions"). */
function eventMatches(test: Test, types: ReadonlySet<string>, facts: Facts, values: FilterValues): boolean {
  if (test.kind === "comparison") {
    const asked = textsOf(test.value, facts, values).map((text) => text.toLowerCase());
    const found = asked.some((text) => types.has(text));
    return test.operator === "!=" ? types.size > 0 && !found : found;
  }
  const asked = test.values.flatMap((value) => (value.kind === "any" ? [...types] : textsOf(value, facts, values)));
  const found = asked.some((text) => types.has(text.toLowerCase()));
  return test.negated ? !found : found;
}

/** A missing value matches neither a comparison nor IN; it matches NOT IN and !=. */
function testMatches(test: Test, cell: Cell, facts: Facts, values: FilterValues): boolean {
  if (test.kind === "membership") {
    const asked = test.values.flatMap((value) => textsOf(value, facts, values));
    const found =
      typeof cell === "number"
        ? asked.some((text) => Number(text) === cell)
        : elementsOf(cell).some((element) => asked.includes(element));
    return test.negated ? !found : found;
  }
  const [asked] = textsOf(test.value, facts, values);
  if (asked === undefined) return false;
  if (cell === undefined) return test.operator === "!=";
  if (typeof cell === "number") return compares(cell, test.operator, Number(asked));
  const equal = elementsOf(cell).includes(asked);
  return test.operator === "!=" ? !equal : test.operator === "=" && equal;
}

function compares(a: number, operator: string, b: number): boolean {
  switch (operator) {
    case "=":
      return a === b;
    case "!=":
      return a !== b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    default:
      return a >= b;
  }
}

/** `a|b` are two values of one field; any of them counts. */
const elementsOf = (cell: Cell): readonly string[] => (cell === undefined ? [] : String(cell).split("|"));

/** The texts of a value in this request. */
function textsOf(value: Value, facts: Facts, values: FilterValues): readonly string[] {
  switch (value.kind) {
    case "text":
      return [value.text];
    case "number":
      return [String(value.number)];
    case "parameter":
      return values.get(value.name) ?? [];
    case "current item":
      return elementsOf(facts.currentItem(value.field));
    case "any":
      return [];
  }
}
