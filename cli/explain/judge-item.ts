import { type Clause, listTests, type Test, type Value } from "../../dynamic-providers/checks/filter-expression";
import type { Columns, ColumnValue } from "../../values/columns";
import type { Read } from "./facts/facts";
import { allTrue, anyTrue, isUnknown, not, type Truth } from "./truth";

/** The facts that a filter reads of an item and the visitor at one request. */
export interface FilterSubject {
  readonly item: Read<Columns>;
  readonly user: Read<Columns>;
  /** The item that the request is about. */
  readonly currentItem: Read<Columns>;
  readonly events: EventTypes;
  /** As a request has them: texts in double quotes, between commas. */
  readonly values: Readonly<Record<string, string>>;
}

/** The event types of the visitor with the item, in lower case. */
export interface EventTypes {
  readonly sure: ReadonlySet<string>;
  /** Why there may be others; undefined where these are all. */
  readonly others?: string | undefined;
}

/** A clause that removes an item, and the tests that decide so. */
export interface Removal {
  readonly clause: Clause;
  /** The tests that are true, of an EXCLUDE; of an INCLUDE the tests that are not. */
  readonly tests: readonly Test[];
}

export interface Judgement {
  readonly removals: readonly Removal[];
  /** Clauses that may remove the item, why that is not known, and the tests that may decide it. */
  readonly unknown: readonly { readonly clause: Clause; readonly why: string; readonly tests: Clause["where"] }[];
}

/**
 * Finds the clauses that remove an item: each EXCLUDE that takes it; and all INCLUDEs, when none
 * takes it. A clause whose IF is not true does not apply, nor does an EXCLUDE without values for
 * its parameters (guide, "Filter expressions" and "Filtering with placeholders").
 */
export function judgeItem(clauses: readonly Clause[], subject: FilterSubject): Judgement {
  const judged = clauses.map((clause) => ({ clause, ...judgeClause(clause, subject) }));
  const excludes = judged.filter(({ clause }) => clause.mode === "EXCLUDE");
  const includes = judged.filter(({ clause }) => clause.mode === "INCLUDE");
  const isLeftOut = allTrue([
    anyTrue(includes.map(({ applies }) => applies)),
    not(anyTrue(includes.map(({ applies, takes }) => allTrue([applies, takes])))),
  ]);
  const missing = includes.filter(({ applies }) => isLeftOut === true && applies === true);
  const taking = excludes.map((each) => ({ ...each, removes: allTrue([each.applies, each.takes]) }));
  return {
    removals: [
      ...missing.map(({ clause }) => ({
        clause,
        tests: clause.where.flat().filter((test) => judgeTest(test, subject) === false),
      })),
      ...taking.flatMap(({ clause, removes }) => {
        const tests = clause.where.find((each) => allTrue(each.map((test) => judgeTest(test, subject))) === true);
        return removes === true && tests ? [{ clause, tests }] : [];
      }),
    ],
    unknown: [
      ...includes.flatMap(({ clause, applies }) =>
        isUnknown(isLeftOut) && applies !== false ? [{ clause, why: isLeftOut.unknown, tests: clause.where }] : [],
      ),
      ...taking.flatMap(({ clause, removes }) => {
        const isFalse = (tests: readonly Test[]) => allTrue(tests.map((test) => judgeTest(test, subject))) === false;
        const tests = clause.where.filter((each) => !isFalse(each));
        return isUnknown(removes) ? [{ clause, why: removes.unknown, tests }] : [];
      }),
    ],
  };
}

function judgeClause(clause: Clause, subject: FilterSubject): { readonly applies: Truth; readonly takes: Truth } {
  const parameters = listTests([clause]).flatMap(({ values }) =>
    values.flatMap((value) => (value.kind === "parameter" ? value.name : [])),
  );
  const hasValues = parameters.every((name) => Object.hasOwn(subject.values, name));
  return {
    applies: allTrue([hasValues, ...clause.when.map((test) => judgeTest(test, subject))]),
    takes: anyTrue(clause.where.map((tests) => allTrue(tests.map((test) => judgeTest(test, subject))))),
  };
}

function judgeTest(test: Test, subject: FilterSubject): Truth {
  if (test.dataset === "interactions") return judgeEvents(test, subject);
  const columns = test.dataset === "items" ? subject.item : subject.user;
  if ("unread" in columns) return { unknown: columns.unread };
  const cell = findColumn(columns.value, test.column);
  const asked = readTexts(test.values, subject);
  if (!Array.isArray(asked)) return asked;
  const isNegated = test.operator === "NOT IN" || test.operator === "!=";
  const isMember = test.operator === "IN" || test.operator === "NOT IN";
  const elements = toElements(cell);
  // The guide has examples of IN with several values, and of comparisons with one.
  if (!isMember && (elements.length > 1 || asked.length > 1)) return unsettled(test, "several values");
  if (test.operator === "!=" && cell === undefined) return unsettled(test, "an item or a user without a value");
  const isFound =
    typeof cell === "number"
      ? asked.some((text) => Number(text) === cell)
      : elements.some((each) => asked.includes(each));
  // "that do not have a CATEGORY_L2 value of boot" (guide, "Item data filter examples", NOT IN): an
  // item without a value has none of them.
  if (isMember || isNegated || test.operator === "=") return isNegated ? !isFound : isFound;
  return typeof cell === "number" && asked.length > 0 && compares(cell, test.operator, Number(asked[0]));
}

/** Case does not matter for event types (guide, "Guidelines and requirements"). */
function judgeEvents(test: Test, { events, values, ...others }: FilterSubject): Truth {
  const texts = readTexts(test.values, { ...others, events, values });
  if (!Array.isArray(texts)) return texts;
  const asked = texts.map((text) => text.toLowerCase());
  const takesAny = test.values.some(({ kind }) => kind === "any");
  const isSure = takesAny ? events.sure.size > 0 : asked.some((type) => events.sure.has(type));
  const isFound: Truth = isSure || (events.others === undefined ? false : { unknown: events.others });
  if (test.operator === "NOT IN") return not(isFound);
  if (test.operator !== "!=") return isFound;
  // Whether an item without any event has another type than this one, the guide does not say.
  return events.sure.size > 0 || isUnknown(isFound) ? not(isFound) : unsettled(test, "an item without events");
}

const unsettled = ({ operator }: Test, what: string): Truth => ({
  unknown: `how the service compares ${what} by ${operator}, its guide does not say (docs/evidence.md)`,
});

function compares(a: number, operator: "<" | "<=" | ">" | ">=", b: number): boolean {
  if (operator === "<") return a < b;
  if (operator === "<=") return a <= b;
  return operator === ">" ? a > b : a >= b;
}

export const findColumn = (columns: Columns, name: string): ColumnValue | undefined =>
  Object.hasOwn(columns, name) ? columns[name] : undefined;

/** `a|b` are two values of a categorical column (guide, "Categorical data"). */
const toElements = (cell: ColumnValue | undefined): string[] => (cell === undefined ? [] : String(cell).split("|"));

/** The texts of a test's values in this request, or why they are not known. */
function readTexts(given: readonly Value[], { currentItem, values }: FilterSubject): string[] | { unknown: string } {
  const texts: string[] = [];
  for (const value of given) {
    if (value.kind === "fixed") texts.push(value.text);
    if (value.kind === "parameter") texts.push(...splitValues(values[value.name] ?? ""));
    if (value.kind !== "current item") continue;
    if ("unread" in currentItem) return { unknown: currentItem.unread };
    const own = toElements(findColumn(currentItem.value, value.column));
    if (own.length === 0) {
      return {
        unknown: `what CurrentItem.${value.column} without a value is equal to, the guide does not say (docs/evidence.md)`,
      };
    }
    texts.push(...own);
  }
  return texts;
}

/** Splits a request's value: texts in double quotes, or numbers, between commas. */
const splitValues = (text: string): string[] =>
  Array.from(text.matchAll(/"((?:[^"\\]|\\.)*)"|([^\s",][^",]*)/gs), ([, quoted, bare = ""]) =>
    quoted === undefined ? bare.trim() : quoted.replace(/\\(.)/gs, "$1"),
  );
