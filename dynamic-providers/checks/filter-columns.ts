import { listTests, readClauses, type Test, type Value } from "./filter-expression";

/** A column of a schema. */
interface Column {
  readonly name: string;
  readonly type: string | readonly string[];
}

/** The columns of the datasets; without a Users dataset there are none of users. */
interface DatasetColumns {
  readonly items: readonly Column[];
  readonly users?: readonly Column[] | undefined;
  readonly interactions: readonly Column[];
}

/**
 * Returns what a filter expression asks of items, users and interactions that their schemas do not
 * have, each as a sentence: unknown columns, and comparisons that do not fit a column's type. The
 * service refuses such an expression only after the import (guide, "Filter expressions"). Finds
 * nothing in an expression that the parser refuses: its own check says why.
 */
export function checkFilterColumns(expression: string, columns: DatasetColumns): string[] {
  const tests = listTests(readClauses(expression) ?? []);
  return [...new Set(tests.flatMap((test) => checkTest(test, columns)))];
}

function checkTest({ dataset, column: name, operator, values }: Test, columns: DatasetColumns): string[] {
  const compared = values.flatMap((value) =>
    value.kind === "current item" ? findColumn("items", value.column, columns).problems : [],
  );
  const { column, problems } = findColumn(dataset, name, columns);
  if (!column) return [...problems, ...compared];
  return [...checkComparison(`${ownerOf[dataset]}.${column.name}`, column, operator, values), ...compared];
}

/** Owners of columns, as the guide writes them. */
const ownerOf = { items: "Items", interactions: "Interactions", users: "Users", currentuser: "CurrentUser" } as const;

/** Finds a column in its schema, or says what is wrong. */
function findColumn(
  dataset: Test["dataset"],
  given: string,
  { items, users, interactions }: DatasetColumns,
): { readonly column?: Column | undefined; readonly problems: readonly string[] } {
  const owner = ownerOf[dataset];
  const kind = dataset === "currentuser" ? "users" : dataset;
  const columns = { items, users, interactions }[kind];
  if (!columns) return { problems: [`${owner}: there is no Users dataset; recommender:usersFile names its file.`] };
  // A filter names the type of an event in any case: that column is the service's own.
  const name = dataset === "interactions" ? given.toUpperCase() : given;
  const column = columns.find((each) => each.name === name);
  const names = columns.map((each) => each.name).join(", ");
  return {
    column,
    problems: column ? [] : [`${owner}.${given}: the ${kind} have no such column. They have ${names}.`],
  };
}

function checkComparison(subject: string, { type }: Column, operator: Test["operator"], values: readonly Value[]) {
  if (operator === "IN" || operator === "NOT IN") return [];
  const isText = [type].flat().includes("string");
  if (isText && /[<>]/.test(operator)) return [`${subject} is a text: ${operator} compares numbers only.`];
  const fixed = values.filter((value) => value.kind === "fixed" || value.kind === "any");
  // A comparison takes `*` in quotes only.
  const isQuoted = fixed.some((value) => value.kind === "any" || value.isQuoted);
  if (isText && fixed.length > 0 && !isQuoted) return [`${subject} is a text: write the value in quotes.`];
  if (!isText && isQuoted) return [`${subject} is a number: write the value without quotes.`];
  return [];
}
