import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { interactionsCsv, itemsCsv, readCatalogue } from "../../../demo/generator/csv.ts";
import { generate } from "../../../demo/generator/generate.ts";
import { isSecondRing } from "../../support/second-ring.ts";

const seedFile = (name: string) => readFileSync(join(import.meta.dirname, "../../../seed", name), "utf8");
const catalogue = readCatalogue(seedFile("catalogue.csv"));
const small = generate(catalogue, { users: 200 });
/** In the second ring the whole seed, which takes two seconds. */
const drawn = isSecondRing ? generate(catalogue) : small;

// Exponentials are equal on all machines only within the same major version of Node.js. More
// visitors never change earlier ones.
test("the committed seed is what the generator writes", () => {
  const written = interactionsCsv(drawn).trimEnd().split("\n");
  const users = new Set(written.map((row) => row.split(",")[0]));
  const committed = seedFile("interactions.csv").trimEnd().split("\n");
  expect(committed.filter((row) => users.has(row.split(",")[0]))).toEqual(written);
  expect(itemsCsv(drawn) === seedFile("items.csv")).toBe(true);
  expect(committed).toHaveLength(45_557 + 1);
});

test("gives each visitor's events increasing times", () => {
  const last = new Map<string, number>();
  const early = drawn.interactions.filter(({ userId, timestamp }) => {
    const before = last.get(userId) ?? 0;
    last.set(userId, timestamp);
    return timestamp <= before;
  });
  expect(early).toEqual([]);
});

test("generates no event for an item before its creation", () => {
  const created = new Map(drawn.items.map((item) => [item.itemId, item.creationTimestamp]));
  expect(drawn.interactions.filter(({ itemId, timestamp }) => timestamp < (created.get(itemId) ?? 0))).toEqual([]);
});

test("a visitor views a pet before they mark it as a favourite, and marks it before they apply for it", () => {
  const needed: Readonly<Record<string, string>> = { Favorite: "DetailView", Application: "Favorite" };
  const stage = new Map<string, string>();
  const wrong = drawn.interactions.filter(({ userId, itemId, eventType }) => {
    const key = `${userId} ${itemId}`;
    const before = stage.get(key);
    if (eventType !== "DetailView" || !before) stage.set(key, eventType);
    return needed[eventType] !== undefined && before !== needed[eventType];
  });
  expect(wrong).toEqual([]);
});

test("the oracle lists 25 items for every visitor", () => {
  expect(small.oracle.size).toBe(200);
  for (const list of small.oracle.values()) expect(new Set(list).size).toBe(25);
});

test("without preferences, focus and repeats, fewer visitors return to an item", () => {
  const plain = generate(catalogue, { users: 200, beta: 0, focus: 0, repeat: 0 });
  const repeats = ({ interactions }: typeof plain) =>
    1 - new Set(interactions.map(({ userId, itemId }) => `${userId} ${itemId}`)).size / interactions.length;
  expect(plain.interactions).toHaveLength(small.interactions.length);
  expect(repeats(plain)).toBeLessThan(repeats(small) / 4);
});

test("writes and reads cells with a comma, a quote or a line break", () => {
  const odd = catalogue.map((item, i) => (i === 0 ? { ...item, itemId: '1-"short, hair"\n-1-1' } : item));
  const written = itemsCsv(generate(odd, { users: 1 }));
  expect(readCatalogue(written).map(({ itemId }) => itemId)).toContain('1-"short, hair"\n-1-1');
});

test("rejects a catalogue row without a column, with the row's line", () => {
  expect(() => readCatalogue("ITEM_ID,ANIMAL_TYPE\n1-a-1-1,\n")).toThrow("Catalogue, row 2: ANIMAL_TYPE is missing");
});
