/** The use of a document: it decides which elements a statement must and must not have. */
export type PolicyKind = "identity" | "managed" | "resource" | "trust";

/** Creates the error of a document that is not a policy; the text says what is wrong. */
export type Fail = (problem: string) => Error;

/** An object of a policy document. */
export type Element = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Element =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const asList = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** The values of an element; none when the statement does not have it. */
export const listOf = (statement: Element, name: string) =>
  Object.hasOwn(statement, name) ? asList(statement[name]) : [];
