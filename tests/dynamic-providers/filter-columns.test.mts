import { expect, test } from "vitest";
import { checkFilterColumns } from "../../dynamic-providers/checks/filter-columns.ts";

const columns = {
  items: [
    { name: "ITEM_ID", type: "string" },
    { name: "BRAND", type: ["null", "string"] },
    { name: "PRICE", type: ["null", "float"] },
  ],
  interactions: [
    { name: "ITEM_ID", type: "string" },
    { name: "EVENT_TYPE", type: "string" },
  ],
};
const check = (condition: string) => checkFilterColumns(`INCLUDE ItemID WHERE ${condition}`, columns);

test.each([
  'Items.BRAND IN ("a", "b")',
  "Items.BRAND NOT IN ($BRANDS)",
  'Items.BRAND = "Items.COLOUR < 5"',
  "Items.PRICE < 10 AND Items.PRICE >= $LEAST",
  'Interactions.EVENT_TYPE IN ("Buy")',
  'interactions.event_type IN ("Buy")',
])("%s is accepted", (condition) => {
  expect(check(condition)).toEqual([]);
});

test.each([
  ['Items.COLOUR IN ("red")', "Items.COLOUR: the items have no such column. They have ITEM_ID, BRAND, PRICE."],
  ["Items.PRICE < CurrentItem.COST", "Items.COST: the items have no such column. They have ITEM_ID, BRAND, PRICE."],
  ["Items.brand = $B", "Items.brand: the items have no such column. They have ITEM_ID, BRAND, PRICE."],
  ['Items.BRAND < "b"', "Items.BRAND is a text: < compares numbers only."],
  ["Items.BRAND = 5", "Items.BRAND is a text: write the value in quotes."],
  ['Items.PRICE = "5"', "Items.PRICE is a number: write the value without quotes."],
  [
    'Items.BRAND IN ("a") IF CurrentUser.AGE > 5',
    "CurrentUser: there is no Users dataset; recommender:usersFile names its file.",
  ],
])("%s is refused", (condition, problem) => {
  expect(check(condition)).toEqual([problem]);
});

test("columns of users are those of the Users dataset, in IF and for segments", () => {
  const withUsers = { ...columns, users: [{ name: "AGE", type: "int" }] };
  const clauses = [
    'INCLUDE ItemID WHERE Items.BRAND IN ("a") IF CurrentUser.HOME = "flat" AND CurrentUser.AGE > 3',
    'INCLUDE UserID WHERE Users.AGE = "3"',
  ];
  expect(checkFilterColumns(clauses.join(" | "), withUsers)).toEqual([
    "CurrentUser.HOME: the users have no such column. They have AGE.",
    "Users.AGE is a number: write the value without quotes.",
  ]);
});

test("an expression that the parser refuses has no problem with columns: its own check says what is wrong", () => {
  expect(check("Items.COLOUR = red")).toEqual([]);
});

test("a type of events is asked only of interactions with such a column", () => {
  const untyped = { ...columns, interactions: [{ name: "ITEM_ID", type: "string" }] };
  expect(checkFilterColumns('EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("Buy")', untyped)).toEqual([
    "Interactions.EVENT_TYPE: the interactions have no such column. They have ITEM_ID.",
  ]);
});
