import { expect, test } from "vitest";
import { findExample } from "../../../demo/console/example-value.ts";

const items = [
  { PRICE: "10", GENRE: "a,b|c" },
  { PRICE: "9", GENRE: "d" },
];
test.each([
  ["INCLUDE ItemID WHERE Items.PRICE > $X", "9"],
  ['EXCLUDE ItemID WHERE Items.GENRE IN ("$X") | INCLUDE ItemID WHERE Items.PRICE <= $X', "10"],
  ["INCLUDE ItemID WHERE Items.PRICE > 1 AND Items.GENRE IN ($X)", '"a,b"'],
  ["EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ($X)", '"DetailView"'],
  ["INCLUDE ItemID WHERE Items.OTHER = $X", ""],
])("%s has the example %s", (expression, example) => {
  expect(findExample(expression, "X", items, ["DetailView"])).toBe(example);
});
