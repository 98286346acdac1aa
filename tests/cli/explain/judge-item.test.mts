// The clauses of a filter that remove an item, by the guide's pages "Filter expressions" and
// "Filter expression examples".
import fc from "fast-check";
import { expect, test } from "vitest";
import { type FilterSubject, judgeItem } from "../../../cli/explain/judge-item.ts";
import { parseFilterExpression } from "../../../dynamic-providers/checks/filter-expression.ts";
import { filterOf } from "../../../local/account/services/personalize/filter-language/evaluate.ts";
import { parseFilter } from "../../../local/account/services/personalize/filter-language/parse.ts";

const subject = {
  item: { value: { PRICE: 10, BRAND: "acme", GENRE: "drama|comedy" } },
  user: { value: { HOME: "flat", AGE: 40, HOBBIES: "chess|golf" } },
  currentItem: { value: { PRICE: 20, BRAND: "acme", GENRE: "comedy|crime" } },
  events: { sure: new Set(["view"]) },
  values: {},
} satisfies FilterSubject;
const user = (value: object) => ({ user: { value } as FilterSubject["user"] });
const currentItem = (value: object) => ({ currentItem: { value } as FilterSubject["currentItem"] });
const item = (value: object) => ({ item: { value } as FilterSubject["item"] });

const judge = (expression: string, others: Partial<FilterSubject> = {}) =>
  judgeItem(parseFilterExpression(expression), { ...subject, ...others });
const removes = (expression: string, others?: Partial<FilterSubject>) =>
  judge(expression, others).removals.map(({ clause }) => clause.text);
/** Undefined where it is not known. */
const isRemoved = (expression: string, others?: Partial<FilterSubject>): boolean | undefined => {
  const { removals, unknown } = judge(expression, others);
  return removals.length > 0 ? true : unknown.length > 0 ? undefined : false;
};

const drama = 'EXCLUDE ItemID WHERE Items.GENRE IN ("drama")';
test.each<[condition: string, isTrue: boolean | undefined, others?: Partial<FilterSubject>]>([
  ['CurrentUser.HOME = "flat"', true],
  ['CurrentUser.HOME = "house"', false],
  ['CurrentUser.HOME = "flat"', false, user({})],
  ['CurrentUser.HOME != "flat"', undefined, user({})],
  ['CurrentUser.HOME = "flat"', false, user({ HOME: "Flat" })],
  ['CurrentUser.HOME IN ("house", "flat")', true],
  ['CurrentUser.HOME IN ("house")', false],
  ['CurrentUser.HOBBIES IN ("golf")', true],
  ['CurrentUser.HOBBIES IN ("chess|golf")', false],
  ['CurrentUser.HOBBIES = "golf"', undefined],
  ["CurrentUser.AGE > 39", true],
  ["CurrentUser.AGE > 40", false],
  ["CurrentUser.AGE >= 40", true],
  ["CurrentUser.AGE < 18", false],
  ["CurrentUser.AGE < 18", false, user({})],
  ["CurrentUser.AGE < 18", undefined, { user: { unread: "the object was deleted" } }],
  ['CurrentUser.HOME = "flat" AND CurrentUser.AGE > 39', true],
  ['CurrentUser.HOME = "flat" AND CurrentUser.AGE > 40', false],
])("a clause applies only IF %s: %s", (condition, isTrue, others) => {
  expect(isRemoved(`${drama} IF ${condition}`, others)).toBe(isTrue);
});

test.each<[condition: string, isTrue: boolean | undefined, others?: Partial<FilterSubject>]>([
  ["Items.PRICE < CurrentItem.PRICE", true],
  ["Items.PRICE > CurrentItem.PRICE", false],
  ["Items.PRICE >= CurrentItem.PRICE", true, currentItem({ PRICE: 10 })],
  ["Items.PRICE < CurrentItem.PRICE", undefined, currentItem({})],
  ["Items.PRICE < CurrentItem.PRICE", undefined, { currentItem: { unread: "its row is unreadable" } }],
  ["Items.BRAND = CurrentItem.BRAND", true],
  ["Items.BRAND = CurrentItem.BRAND", false, currentItem({ BRAND: "other" })],
  ["Items.BRAND = CurrentItem.BRAND", undefined, currentItem({})],
  ["Items.BRAND != CurrentItem.BRAND", false],
  ["Items.BRAND != CurrentItem.BRAND", undefined, currentItem({})],
  ["Items.BRAND != CurrentItem.BRAND", undefined, item({})],
  ["Items.BRAND = CurrentItem.BRAND", undefined, currentItem({ BRAND: "acme|other" })],
  ["Items.BRAND IN CurrentItem.BRAND", true],
  ["Items.GENRE IN CurrentItem.GENRE", true],
  ["Items.GENRE = CurrentItem.GENRE", undefined],
  ["Items.GENRE IN CurrentItem.GENRE", false, currentItem({ GENRE: "crime" })],
  ["Items.GENRE NOT IN CurrentItem.GENRE", false],
  ["Items.GENRE NOT IN CurrentItem.GENRE", true, currentItem({ GENRE: "crime" })],
  ["Items.GENRE NOT IN CurrentItem.GENRE", undefined, currentItem({})],
])("compares with the item of the request: %s is %s", (condition, isTrue, others) => {
  expect(isRemoved(`EXCLUDE ItemID WHERE ${condition}`, others)).toBe(isTrue);
  expect(isRemoved(`INCLUDE ItemID WHERE ${condition}`, others)).toBe(isTrue === undefined ? undefined : !isTrue);
});

test.each<[condition: string, sure: readonly string[], others: string | undefined, isTrue: boolean | undefined]>([
  ['IN ("View")', ["view"], "some were not read", true],
  ['IN ("view")', [], "some were not read", undefined],
  ['IN ("view")', [], undefined, false],
  ['NOT IN ("view")', [], undefined, true],
  ['NOT IN ("view")', [], "some were not read", undefined],
  ['NOT IN ("view")', ["view"], "some were not read", false],
  ["IN (*)", [], "some were not read", undefined],
  ["IN (*)", ["buy"], "some were not read", true],
  ["NOT IN (*)", [], undefined, true],
  ['!= "view"', ["buy"], undefined, true],
  ['!= "view"', [], undefined, undefined],
])("knows of events what was read: EVENT_TYPE %s", (condition, sure, others, isTrue) => {
  const events = { sure: new Set(sure), others };
  expect(isRemoved(`EXCLUDE ItemID WHERE Interactions.EVENT_TYPE ${condition}`, { events })).toBe(isTrue);
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

// The account's evaluator was written apart from this one.
const text = fc.constantFrom("a", "b", "c");
const cell = fc.option(fc.oneof(text, fc.constantFrom("a|b", "b|c")), { nil: undefined });
const number = fc.option(fc.constantFrom(1, 2, 3), { nil: undefined });
const columns = fc.record({ KIND: cell, OTHER: cell, PRICE: number, OLD: number });
const fixed = text.map((value) => `"${value}"`);
const operator = fc.constantFrom("=", "!=");
const listOf = (value: fc.Arbitrary<string>) =>
  fc.array(value, { minLength: 1, maxLength: 2 }).map((all) => all.join(", "));
const ofColumns = (dataset: string, others: readonly fc.Arbitrary<string>[]) =>
  fc.oneof(
    fc.tuple(operator, fixed).map(([how, value]) => `${dataset}.KIND ${how} ${value}`),
    fc.tuple(fc.constantFrom("IN", "NOT IN"), listOf(fixed)).map(([how, all]) => `${dataset}.KIND ${how} (${all})`),
    fc
      .tuple(fc.constantFrom("=", "!=", "<", "<=", ">", ">="), fc.constantFrom(1, 2, 3))
      .map(([how, value]) => `${dataset}.PRICE ${how} ${value}`),
    ...others,
  );
const ofItems = ofColumns("Items", [
  fc
    .tuple(fc.constantFrom("=", "!=", "IN", "NOT IN"), fc.constantFrom("KIND", "OTHER"))
    .map(([how, column]) => `Items.KIND ${how} CurrentItem.${column}`),
  fc.constantFrom("=", "!=", "<", "<=", ">", ">=").map((how) => `Items.PRICE ${how} CurrentItem.OLD`),
  fc.constant("Items.KIND IN ($KINDS)"),
]);
const ofEvents = fc.oneof(
  fc
    .tuple(fc.constantFrom("IN", "NOT IN"), fc.oneof(listOf(fc.constantFrom('"View"', '"buy"')), fc.constant("*")))
    .map(([how, all]) => `Interactions.EVENT_TYPE ${how} (${all})`),
  operator.map((how) => `Interactions.EVENT_TYPE ${how} "view"`),
);
const chain = (tests: fc.Arbitrary<string>) =>
  fc
    .tuple(tests, fc.array(fc.tuple(fc.constantFrom("AND", "OR"), tests), { maxLength: 2 }))
    .map(([first, rest]) => [first, ...rest.map((each) => each.join(" "))].join(" "));
const condition = fc.option(fc.array(ofColumns("CurrentUser", []), { minLength: 1, maxLength: 2 }), { nil: [] });
const clause = fc
  .tuple(fc.constantFrom("INCLUDE", "EXCLUDE"), fc.oneof(chain(ofItems), chain(ofEvents)), condition)
  .map(
    ([mode, where, when]) =>
      `${mode} ItemID WHERE ${where}${when && when.length > 0 ? ` IF ${when.join(" AND ")}` : ""}`,
  );
const expressions = fc.array(clause, { minLength: 1, maxLength: 3 }).map((all) => all.join(" | "));
const without = <T extends object>(given: T) =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
const eventTypes = fc.uniqueArray(fc.constantFrom("view", "buy"), { maxLength: 2 });

test("judges as the account does, whatever was not read, or does not know it", () => {
  let known = 0;
  const runs = 2000;
  fc.assert(
    fc.property(
      expressions,
      fc.record({ item: columns, user: columns, currentItem: columns }),
      eventTypes,
      fc.subarray(["item", "user", "currentItem", "events"] as const),
      fc.option(text, { nil: undefined }),
      (expression, given, types, hidden, kind) => {
        const hides = (part: (typeof hidden)[number]) => hidden.includes(part);
        const read = (part: "item" | "user" | "currentItem") =>
          hides(part) ? { unread: "it was not read" } : { value: without(given[part]) as Record<string, string> };
        const sure = new Set(hides("events") ? [] : types);
        const judged = isRemoved(expression, {
          item: read("item"),
          user: read("user"),
          currentItem: read("currentItem"),
          events: { sure, others: hides("events") ? "they were not read" : undefined },
          values: kind === undefined ? {} : { KINDS: `"${kind}"` },
        });
        const of = (row: Readonly<Record<string, unknown>>, field: string) => row[field] as string | number | undefined;
        const passes = filterOf(parseFilter(expression), new Map(kind === undefined ? [] : [["KINDS", [kind]]]), {
          item: (_id, field) => of(given.item, field),
          currentItem: (field) => of(given.currentItem, field),
          user: (field) => of(given.user, field),
          eventTypesOf: () => new Set(types),
        });
        if (judged === undefined) return;
        known++;
        expect(judged).toBe(!passes("x"));
      },
    ),
    { numRuns: runs },
  );
  // Most is known, or this would prove nothing.
  expect(known).toBeGreaterThan(runs / 3);
});
