import type { Clause, Test, Value } from "../../dynamic-providers/checks/filter-expression";
import type { Columns, ColumnValue } from "../../functions/ingestion/columns";

/** The facts that a filter reads of an item and the visitor at one request. */
export interface FilterSubject {
  readonly item: Columns;
  readonly user: Columns;
  /** The item that the request is about. */
  readonly currentItem: Columns;
  /** The event types of the visitor with the item, in lower case. */
  readonly eventTypes: ReadonlySet<string>;
  /** As a request has them: texts in double quotes, between commas. */
  readonly values: Readonly<Record<string, string>>;
}

/** The clauses that remove an item, and the tests that decide so. */
export interface Removal {
  readonly clause: Clause;
  /** The tests that are true, of an EXCLUDE; of an INCLUDE the tests that are not. */
  readonly tests: readonly Test[];
}

/**
 * Finds the clauses that remove an item: each EXCLUDE that takes it; and all INCLUDEs, when none
 * takes it. A clause whose IF is not true does not apply, nor does an EXCLUDE without values for
 * its parameters (guide, "Filter expressions" and "Filtering with placeholders").
 */
export function findRemovals(clauses: readonly Clause[], subject: FilterSubject): Removal[] {
  const applying = clauses.filter((clause) => applies(clause, subject));
  const excludes = applying.flatMap((clause) => {
    const taken =
      clause.mode === "EXCLUDE" && clause.where.find((tests) => tests.every((test) => isTrue(test, subject)));
    return taken ? [{ clause, tests: taken }] : [];
  });
  const includes = applying.filter(({ mode }) => mode === "INCLUDE");
  const isTaken = ({ where }: Clause) => where.some((tests) => tests.every((test) => isTrue(test, subject)));
  if (includes.length === 0 || includes.some(isTaken)) return excludes;
  const missed = includes.map((clause) => ({
    clause,
    tests: clause.where.flat().filter((test) => !isTrue(test, subject)),
  }));
  return [...missed, ...excludes];
}

function applies({ where, when }: Clause, subject: FilterSubject): boolean {
  const parameters = [...where.flat(), ...when].flatMap(({ values }) =>
    values.flatMap((value) => (value.kind === "parameter" ? value.name : [])),
  );
  return parameters.every((name) => Object.hasOwn(subject.values, name)) && when.every((test) => isTrue(test, subject));
}

function isTrue(test: Test, subject: FilterSubject): boolean {
  if (test.dataset === "interactions") return isTrueOfEvents(test, subject);
  const columns = test.dataset === "items" ? subject.item : subject.user;
  const cell = findColumn(columns, test.column);
  const asked = test.values.flatMap((value) => readTexts(value, subject));
  const isFound =
    typeof cell === "number"
      ? asked.some((text) => Number(text) === cell)
      : toElements(cell).some((each) => asked.includes(each));
  switch (test.operator) {
    case "IN":
    case "=":
      return isFound;
    case "NOT IN":
    case "!=":
      return !isFound;
    default:
      return typeof cell === "number" && asked.length > 0 && compares(cell, test.operator, Number(asked[0]));
  }
}

/** Case does not matter for event types (guide, "Guidelines and requirements"). */
function isTrueOfEvents({ operator, values }: Test, subject: FilterSubject): boolean {
  const { eventTypes } = subject;
  const asked = values.flatMap((value) =>
    value.kind === "any" ? [...eventTypes] : readTexts(value, subject).map((text) => text.toLowerCase()),
  );
  const isFound = asked.some((type) => eventTypes.has(type));
  if (operator === "NOT IN") return !isFound;
  return operator === "!=" ? eventTypes.size > 0 && !isFound : isFound;
}

function compares(a: number, operator: "<" | "<=" | ">" | ">=", b: number): boolean {
  if (operator === "<") return a < b;
  if (operator === "<=") return a <= b;
  return operator === ">" ? a > b : a >= b;
}

export const findColumn = (columns: Columns, name: string): ColumnValue | undefined =>
  Object.hasOwn(columns, name) ? columns[name] : undefined;

/** `a|b` are two values of a categorical column (guide, "Categorical data"). */
const toElements = (cell: ColumnValue | undefined): string[] => (cell === undefined ? [] : String(cell).split("|"));

function readTexts(value: Value, { currentItem, values }: FilterSubject): string[] {
  switch (value.kind) {
    case "fixed":
      return [value.text];
    case "current item":
      return toElements(findColumn(currentItem, value.column));
    case "parameter":
      return splitValues(values[value.name] ?? "");
    case "any":
      return [];
  }
}

/** Splits a request's value: texts in double quotes, or numbers, between commas. */
const splitValues = (text: string): string[] =>
  Array.from(text.matchAll(/"((?:[^"\\]|\\.)*)"|([^\s",][^",]*)/gs), ([, quoted, bare = ""]) =>
    quoted === undefined ? bare.trim() : quoted.replace(/\\(.)/gs, "$1"),
  );
