import { expect, test } from "vitest";
import { checkFilterColumns } from "../../dynamic-providers/checks/filter-columns.ts";
import { checkFilterExpression } from "../../dynamic-providers/checks/filter-expression.ts";
import { listFilterParameters, listNeededParameters } from "../../dynamic-providers/checks/filter-parameters.ts";

test.each([
  'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("Adopt")',
  'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")',
  "EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN (*)",
  'INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ($SPECIES) | EXCLUDE ItemID WHERE Items.STATUS IN ("adopted", "hold")',
  "INCLUDE ItemID WHERE Items.CREATION_TIMESTAMP > $SINCE",
  "INCLUDE ItemID WHERE Items.PRICE < ($MOST) AND Items.PRICE >= -1.5",
  'EXCLUDE ItemID WHERE Items.ANIMAL_SIZE IN ("5") IF CurrentUser.HOME = "flat" AND CurrentUser.AGE > 3',
  "INCLUDE ItemID WHERE Items.PRICE < CurrentItem.PRICE AND Items.BRAND NOT IN CurrentItem.BRAND",
  'include itemid where Items.COLOR not in ("red") or Items.SIZE != 3',
])("accepted: %s", (expression) => {
  expect(checkFilterExpression(expression)).toEqual([]);
});

test.each([
  ["", "Give a text of 1 to 2,500 characters."],
  ["x".repeat(2501), "Give a text of 1 to 2,500 characters."],
  [7, "Give a text of 1 to 2,500 characters."],
  ["SHOW ItemID", "INCLUDE or EXCLUDE expected instead of SHOW at character 1."],
  ["EXCLUDE ItemID", "WHERE expected at the end."],
  ["EXCLUDE PetID WHERE", "ItemID or UserID expected instead of PetID at character 9."],
  [
    'EXCLUDE ItemID WHERE Interactions.ITEM_ID IN ("1")',
    "Interactions.EVENT_TYPE, Items.COLUMN or Users.COLUMN expected instead of Interactions.ITEM_ID at character 22.",
  ],
  [
    "INCLUDE ItemID WHERE Items.A IN (CurrentItem.A)",
    "A quoted text, a number, * or a $PARAMETER expected instead of CurrentItem.A at character 34.",
  ],
  [
    "INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN CurrentItem.A",
    "( expected instead of CurrentItem.A at character 49.",
  ],
  ['EXCLUDE ItemID WHERE Items.A IN "1"', '( expected instead of "1" at character 33.'],
  ['EXCLUDE ItemID WHERE Items.A IN ("1"', ") expected at the end."],
  [
    "EXCLUDE ItemID WHERE Items.A IN (adopted)",
    "A quoted text, a number, * or a $PARAMETER expected instead of adopted at character 34.",
  ],
  [
    "EXCLUDE ItemID WHERE Items.A = adopted",
    "A number, a quoted text or a $PARAMETER expected instead of adopted at character 32.",
  ],
  ["EXCLUDE ItemID WHERE Items.A NOT IN ($P)", "NOT IN does not take a $PARAMETER. Use EXCLUDE with IN instead."],
  [
    'EXCLUDE ItemID WHERE Items.A IN ("1") AND Interactions.EVENT_TYPE IN ("x")',
    "An expression can use only one dataset. Join two expressions with |.",
  ],
  ['EXCLUDE ItemID WHERE Items.A IN ("1") EXCLUDE', "AND, OR, IF or | expected instead of EXCLUDE at character 39."],
  [
    'EXCLUDE ItemID WHERE Items.A IN ("1") IF Items.B = 1',
    "CurrentUser.COLUMN expected instead of Items.B at character 42.",
  ],
])("refused: %s", (expression, reason) => {
  expect(checkFilterExpression(expression)).toEqual([reason]);
});

test("what is in a quoted text is no parameter, no column and no end of a part", () => {
  const expression =
    'INCLUDE ItemID WHERE Items.BRAND IN ("$EXAMPLE | Items.X > 1", $BRAND) | EXCLUDE ItemID WHERE Items.NAME IN ("$", $NAME)';
  const columns = [
    { name: "BRAND", type: "string" },
    { name: "NAME", type: "string" },
  ];
  expect(checkFilterExpression(expression)).toEqual([]);
  expect(checkFilterColumns(expression, { items: columns, interactions: [] })).toEqual([]);
  expect(listFilterParameters(expression)).toEqual(["BRAND", "NAME"]);
  expect(listNeededParameters(expression)).toEqual(["BRAND"]);
});
