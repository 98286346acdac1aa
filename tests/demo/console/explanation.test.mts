import { expect, test } from "vitest";
import { findItems } from "../../../demo/console/explanation.ts";
import type { VisitorContext } from "../../../demo/console/visitors.ts";

const pet = { ANIMAL_TYPE: "2", ANIMAL_BREED: "Pug" };
const items = [
  { id: "2-Pug-1-4", columns: pet },
  { id: "1-Manx-2-1", columns: { ANIMAL_TYPE: "1", ANIMAL_BREED: "Manx" } },
  { id: "sku-1", columns: { TITLE: "Blue Teapot", COLOUR: "dark blue" } },
  ...Array.from({ length: 40 }, (_, index) => ({ id: `many-${index}`, columns: {} })),
];
const context = { stack: {}, inspection: { items: () => items } } as unknown as VisitorContext;
const idsOf = (search: string) => findItems(context, search).map(({ id }) => id);

test.each([
  ["a part of the id", "KU-1", ["sku-1"]],
  ["the words that are shown of it", "dog PUG", ["2-Pug-1-4"]],
  ["a column", "dark", ["sku-1"]],
])("items are found by %s", (_, search, expected) => {
  expect(idsOf(search)).toEqual(expected);
});

test("an item is found only by all words", () => {
  expect(idsOf("blue pug")).toEqual([]);
});

test("a search finds at most twelve items", () => {
  expect(idsOf("many")).toHaveLength(12);
});
