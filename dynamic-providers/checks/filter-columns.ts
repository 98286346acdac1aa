import { emptyTexts } from "./filter-parameters";

/** A column of a schema. */
interface Column {
  readonly name: string;
  readonly type: string | readonly string[];
}

/**
 * Returns what a filter expression asks of items and users that their schemas do not have, each as
 * a sentence: unknown columns, and comparisons that do not fit a column's type. The service refuses
 * such an expression only after the import (guide, "Filter expressions").
 */
export function checkFilterColumns(
  expression: string,
  itemColumns: readonly Column[],
  /** Absent without a Users dataset. */
  userColumns?: readonly Column[],
): string[] {
  const problems: string[] = [];
  const bare = emptyTexts(expression);
  if (!userColumns && /\b(Users|CurrentUser)\./i.test(bare)) {
    problems.push("CurrentUser: there is no Users dataset; recommender:usersFile names its file.");
  }
  for (const [, owner = "", name = "", operator, value] of bare.matchAll(
    /\b(Items|CurrentItem|CurrentUser)\.(\w+)\s*(?:([<>]=?|!?=)\s*\(?\s*(["\d-])?)?/gi,
  )) {
    const ofUser = /^CurrentUser$/i.test(owner);
    const columns = ofUser ? userColumns : itemColumns;
    if (!columns) continue;
    const dataset = ofUser ? "CurrentUser" : "Items";
    const column = columns.find((each) => each.name === name);
    const names = columns.map((each) => each.name).join(", ");
    if (!column) {
      problems.push(`${dataset}.${name}: the ${ofUser ? "user" : "item"}s have no such column. They have ${names}.`);
    } else if (operator !== undefined) problems.push(...checkComparison(dataset, column, operator, value));
  }
  return [...new Set(problems)];
}

function checkComparison(
  dataset: string,
  { name, type }: Column,
  operator: string,
  value: string | undefined,
): string[] {
  const isText = [type].flat().includes("string");
  if (isText && /[<>]/.test(operator)) return [`${dataset}.${name} is a text: ${operator} compares numbers only.`];
  if (isText && value !== undefined && value !== '"')
    return [`${dataset}.${name} is a text: write the value in quotes.`];
  if (!isText && value === '"') return [`${dataset}.${name} is a number: write the value without quotes.`];
  return [];
}
