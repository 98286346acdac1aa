import { emptyTexts } from "./filter-parameters";

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
 * service refuses such an expression only after the import (guide, "Filter expressions").
 */
export function checkFilterColumns(expression: string, { items, users, interactions }: DatasetColumns): string[] {
  const problems: string[] = [];
  const bare = emptyTexts(expression);
  if (!users && /\b(Users|CurrentUser)\./i.test(bare)) {
    problems.push("CurrentUser: there is no Users dataset; recommender:usersFile names its file.");
  }
  for (const [, owner = "", name = "", operator, value] of bare.matchAll(
    /\b(Items|CurrentItem|CurrentUser|Interactions)\.(\w+)\s*(?:([<>]=?|!?=)\s*\(?\s*(["\d-])?)?/gi,
  )) {
    const { dataset, kind, columns } = findDataset(owner, { items, users, interactions });
    if (!columns) continue;
    const column = columns.find((each) => each.name === nameOf(dataset, name));
    const names = columns.map((each) => each.name).join(", ");
    if (!column) {
      problems.push(`${dataset}.${name}: the ${kind} have no such column. They have ${names}.`);
    } else if (operator !== undefined) problems.push(...checkComparison(dataset, column, operator, value));
  }
  return [...new Set(problems)];
}

function findDataset(owner: string, { items, users, interactions }: DatasetColumns) {
  if (/^CurrentUser$/i.test(owner)) return { dataset: "CurrentUser", kind: "users", columns: users };
  if (/^Interactions$/i.test(owner)) return { dataset: "Interactions", kind: "interactions", columns: interactions };
  return { dataset: "Items", kind: "items", columns: items };
}

/** A filter names the type of an event in any case: that column is the service's own. */
const nameOf = (dataset: string, name: string): string => (dataset === "Interactions" ? name.toUpperCase() : name);

function checkComparison(
  dataset: string,
  { name, type }: Column,
  operator: string,
  value: string | undefined,
): string[] {
  const isText = [type].flat().includes("string");
  if (isText && /[<>]/.test(operator)) return [`${dataset}.${name} is a text: ${operator} compares numbers only.`];
  if (isText && value !== undefined && value !== '"') {
    return [`${dataset}.${name} is a text: write the value in quotes.`];
  }
  if (!isText && value === '"') return [`${dataset}.${name} is a number: write the value without quotes.`];
  return [];
}
