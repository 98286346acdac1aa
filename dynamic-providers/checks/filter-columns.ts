import { emptyTexts } from "./filter-parameters";

/** A column of the Items schema. */
interface Column {
  readonly name: string;
  readonly type: string | readonly string[];
}

/**
 * Returns what a filter expression asks of the items that their schema does not have, each as a
 * sentence: unknown columns, and comparisons that do not fit a column's type. The service refuses
 * such an expression only after the import (guide, "Filter expressions"). This program has no Users
 * dataset, so `Users` and `CurrentUser` have no columns.
 */
export function checkFilterColumns(expression: string, itemColumns: readonly Column[]): string[] {
  const problems: string[] = [];
  const bare = emptyTexts(expression);
  if (/\b(Users|CurrentUser)\./i.test(bare)) problems.push("Users and CurrentUser: there is no Users dataset.");
  const names = itemColumns.map(({ name }) => name);
  for (const [, name = "", operator, value] of bare.matchAll(
    /\b(?:Items|CurrentItem)\.(\w+)\s*(?:([<>]=?|!?=)\s*\(?\s*(["\d-])?)?/gi,
  )) {
    const column = itemColumns.find((each) => each.name === name);
    if (!column) problems.push(`Items.${name}: the items have no such column. They have ${names.join(", ")}.`);
    else if (operator !== undefined) problems.push(...checkComparison(column, operator, value));
  }
  return [...new Set(problems)];
}

function checkComparison({ name, type }: Column, operator: string, value: string | undefined): string[] {
  const isText = [type].flat().includes("string");
  if (isText && /[<>]/.test(operator)) return [`Items.${name} is a text: ${operator} compares numbers only.`];
  if (isText && value !== undefined && value !== '"') return [`Items.${name} is a text: write the value in quotes.`];
  if (!isText && value === '"') return [`Items.${name} is a number: write the value without quotes.`];
  return [];
}
