// The clauses of a filter that remove an item, by the guide's pages "Filter expressions" and
// "Filter expression examples".
import { expect, test } from "vitest";
import { type FilterSubject, findRemovals } from "../../../cli/explain/judge-item.ts";
import { parseFilterExpression } from "../../../dynamic-providers/checks/filter-expression.ts";

const subject: FilterSubject = {
  item: { PRICE: 10, BRAND: "acme", GENRE: "drama|comedy" },
  user: { HOME: "flat", AGE: 40, HOBBIES: "chess|golf" },
  currentItem: { PRICE: 20, BRAND: "acme", GENRE: "comedy|crime" },
  eventTypes: new Set(["view"]),
  values: {},
};

const removes = (expression: string, others: Partial<FilterSubject> = {}) =>
  findRemovals(parseFilterExpression(expression), { ...subject, ...others }).map(({ clause }) => clause.text);
const isRemoved = (expression: string, others?: Partial<FilterSubject>) => removes(expression, others).length > 0;

const drama = 'EXCLUDE ItemID WHERE Items.GENRE IN ("drama")';
test.each<[condition: string, isTrue: boolean, others?: Partial<FilterSubject>]>([
  ['CurrentUser.HOME = "flat"', true],
  ['CurrentUser.HOME = "house"', false],
  ['CurrentUser.HOME = "flat"', false, { user: {} }],
  ['CurrentUser.HOME = "flat"', false, { user: { HOME: "Flat" } }],
  ['CurrentUser.HOME IN ("house", "flat")', true],
  ['CurrentUser.HOME IN ("house")', false],
  ['CurrentUser.HOBBIES IN ("golf")', true],
  ['CurrentUser.HOBBIES IN ("chess|golf")', false],
  ["CurrentUser.AGE > 39", true],
  ["CurrentUser.AGE > 40", false],
  ["CurrentUser.AGE >= 40", true],
  ["CurrentUser.AGE < 18", false],
  ["CurrentUser.AGE < 18", false, { user: {} }],
  ['CurrentUser.HOME = "flat" AND CurrentUser.AGE > 39', true],
  ['CurrentUser.HOME = "flat" AND CurrentUser.AGE > 40', false],
])("a clause applies only IF %s: %s", (condition, isTrue, others) => {
  expect(isRemoved(`${drama} IF ${condition}`, others)).toBe(isTrue);
});

test.each<[condition: string, isTrue: boolean, others?: Partial<FilterSubject>]>([
  ["Items.PRICE < CurrentItem.PRICE", true],
  ["Items.PRICE > CurrentItem.PRICE", false],
  ["Items.PRICE >= CurrentItem.PRICE", true, { currentItem: { PRICE: 10 } }],
  ["Items.PRICE < CurrentItem.PRICE", false, { currentItem: {} }],
  ["Items.BRAND = CurrentItem.BRAND", true],
  ["Items.BRAND = CurrentItem.BRAND", false, { currentItem: { BRAND: "other" } }],
  ["Items.BRAND != CurrentItem.BRAND", false],
  ["Items.BRAND IN CurrentItem.BRAND", true],
  ["Items.GENRE IN CurrentItem.GENRE", true],
  ["Items.GENRE IN CurrentItem.GENRE", false, { currentItem: { GENRE: "crime" } }],
  ["Items.GENRE NOT IN CurrentItem.GENRE", false],
  ["Items.GENRE NOT IN CurrentItem.GENRE", true, { currentItem: { GENRE: "crime" } }],
])("compares with the item of the request: %s is %s", (condition, isTrue, others) => {
  expect(isRemoved(`EXCLUDE ItemID WHERE ${condition}`, others)).toBe(isTrue);
  expect(isRemoved(`INCLUDE ItemID WHERE ${condition}`, others)).toBe(!isTrue);
});

test("an INCLUDE that does not apply to the visitor removes nothing", () => {
  expect(isRemoved('INCLUDE ItemID WHERE Items.GENRE IN ("crime") IF CurrentUser.HOME = "house"')).toBe(false);
  expect(isRemoved('INCLUDE ItemID WHERE Items.GENRE IN ("crime") IF CurrentUser.HOME = "flat"')).toBe(true);
});

test("names all INCLUDEs when none takes the item, and each EXCLUDE that takes it", () => {
  const includes = ['INCLUDE ItemID WHERE Items.BRAND IN ("a")', 'INCLUDE ItemID WHERE Items.BRAND IN ("b")'];
  const excludes = [drama, 'EXCLUDE ItemID WHERE Items.GENRE IN ("crime")'];
  expect(removes([...excludes, ...includes].join(" | "))).toEqual([...includes, drama]);
  expect(removes('INCLUDE ItemID WHERE Items.BRAND IN ("a") | INCLUDE ItemID WHERE Items.BRAND IN ("acme")')).toEqual(
    [],
  );
});
