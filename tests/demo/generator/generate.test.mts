import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { interactionsCsv, itemsCsv, readCatalogue } from "../../../demo/generator/csv.ts";
import { generate } from "../../../demo/generator/generate.ts";

const seedFile = (name: string) => readFileSync(join(import.meta.dirname, "../../../seed", name), "utf8");
const catalogue = readCatalogue(seedFile("catalogue.csv"));
const full = generate(catalogue);
const small = generate(catalogue, { users: 200 });

describe("the committed seed", () => {
  test("equals the generator's output", () => {
    // Exponentials are equal on all machines only within the same major version of Node.js.
    expect(interactionsCsv(full) === seedFile("interactions.csv")).toBe(true);
    expect(itemsCsv(full) === seedFile("items.csv")).toBe(true);
  });

  test("has the reference counts", () => {
    const count = (type: string) => full.interactions.filter(({ eventType }) => eventType === type).length;
    expect(full.interactions).toHaveLength(45_557);
    expect([count("DetailView"), count("Favorite"), count("Application")]).toEqual([40_424, 4_397, 736]);
    expect(new Set(full.interactions.map(({ itemId }) => itemId)).size).toBe(922);
    expect(full.items.filter(({ creationTimestamp }) => creationTimestamp > 1_717_200_000)).toHaveLength(45);
  });
});

test("adding visitors never changes earlier ones", () => {
  const firsts = new Set(small.interactions.map(({ userId }) => userId));
  expect(full.interactions.filter(({ userId }) => firsts.has(userId))).toEqual(small.interactions);
});

test("gives each visitor's events increasing times", () => {
  const last = new Map<string, number>();
  const early = full.interactions.filter(({ userId, timestamp }) => {
    const before = last.get(userId) ?? 0;
    last.set(userId, timestamp);
    return timestamp <= before;
  });
  expect(early).toEqual([]);
});

test("generates no event for an item before its creation", () => {
  const created = new Map(full.items.map((item) => [item.itemId, item.creationTimestamp]));
  expect(full.interactions.filter(({ itemId, timestamp }) => timestamp < (created.get(itemId) ?? 0))).toEqual([]);
});

test("a visitor views a pet before they mark it as a favourite, and marks it before they apply for it", () => {
  const needed: Readonly<Record<string, string>> = { Favorite: "DetailView", Application: "Favorite" };
  const stage = new Map<string, string>();
  const wrong = full.interactions.filter(({ userId, itemId, eventType }) => {
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
