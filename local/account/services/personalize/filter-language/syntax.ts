/** A filter expression after parsing. Positions count characters of the whole text from 0. */
export interface Expression {
  readonly mode: "INCLUDE" | "EXCLUDE";
  readonly where: Condition;
  /** `IF CurrentUser…`: all must be true, else the expression does not apply. */
  readonly when: readonly Test[];
}

export type Condition =
  | { readonly kind: "test"; readonly test: Test }
  | { readonly kind: "and" | "or"; readonly parts: readonly Condition[] };

export type Operator = "=" | "!=" | "<" | "<=" | ">" | ">=";

export interface Property {
  readonly dataset: "Interactions" | "Items" | "CurrentUser";
  readonly field: string;
  readonly position: number;
}

/** One property against values. */
export type Test =
  | {
      readonly kind: "membership";
      readonly property: Property;
      readonly negated: boolean;
      readonly values: readonly Value[];
    }
  | { readonly kind: "comparison"; readonly property: Property; readonly operator: Operator; readonly value: Value };

export type Value =
  | { readonly kind: "text"; readonly text: string; readonly position: number }
  | { readonly kind: "number"; readonly number: number; readonly position: number }
  | { readonly kind: "parameter"; readonly name: string; readonly position: number }
  /** The requested item's value: `CurrentItem.FIELD`. */
  | { readonly kind: "current item"; readonly field: string; readonly position: number }
  /** `*`: every event type. */
  | { readonly kind: "any"; readonly position: number };

/** The tests of a condition, in order of the text. */
export function testsOf(condition: Condition): readonly Test[] {
  return condition.kind === "test" ? [condition.test] : condition.parts.flatMap(testsOf);
}

export const valuesOf = (test: Test): readonly Value[] => (test.kind === "membership" ? test.values : [test.value]);

/** The tests of all conditions of expressions. */
export const allTests = (expressions: readonly Expression[]) =>
  expressions.flatMap(({ where, when }) => [...testsOf(where), ...when]);

/** The names of an expression's parameters. */
export function parametersOf(expression: Expression): readonly string[] {
  const values = allTests([expression]).flatMap(valuesOf);
  return [...new Set(values.flatMap((value) => (value.kind === "parameter" ? [value.name] : [])))];
}

/** The fields of the requested item that expressions compare with. */
const currentItemFieldsOf = (expressions: readonly Expression[]) =>
  allTests(expressions)
    .flatMap(valuesOf)
    .flatMap((value) => (value.kind === "current item" ? [value.field] : []));

/** The different fields that expressions look at, with their datasets. */
export function fieldsOf(expressions: readonly Expression[]): ReadonlySet<string> {
  const own = allTests(expressions).map(({ property }) => `${property.dataset}.${property.field}`);
  return new Set([...own, ...currentItemFieldsOf(expressions).map((field) => `Items.${field}`)]);
}

/** Returns whether expressions compare with the requested item. */
export const needsItem = (expressions: readonly Expression[]): boolean => currentItemFieldsOf(expressions).length > 0;

/** Returns whether expressions look at the user's events or attributes. */
export const needsUser = (expressions: readonly Expression[]): boolean =>
  allTests(expressions).some(({ property }) => property.dataset !== "Items");
