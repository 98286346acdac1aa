import { expect, test } from "vitest";
import { codeTexts } from "../../../account/services/personalize/recommender/data/coded-texts.ts";
import { dataSetOf } from "../../../account/services/personalize/recommender/data/data-set.ts";
import { ValueAffinity } from "../../../account/services/personalize/recommender/model/affinity.ts";
import { countFollows } from "../../../account/services/personalize/recommender/model/follows.ts";

/** Old items of a value with so many events each, then one new item of each value. */
interface Value {
  readonly name: string;
  readonly items: number;
  readonly events: number;
}

/** How likely the new item of each value is, after one event with an item of the first value. */
function judgeNewItems(values: readonly Value[]): Record<string, number> {
  const old = values.flatMap(({ name, items }) => Array.from({ length: items }, (_, k) => `${name}-${k}`));
  const fresh = values.map(({ name }) => `${name}-new`);
  const itemIds = [...old, ...fresh];
  const none = codeTexts([]);
  const set = dataSetOf(
    "values",
    { userIds: none, itemIds: none, timestamps: new Float64Array(), eventTypes: none },
    {
      itemIds,
      categorical: { KIND: itemIds.map((id) => id.slice(0, id.lastIndexOf("-"))) },
      creationTimestamps: new Float64Array(itemIds.length),
    },
  );
  const eventsOf = new Map(values.map(({ name, events }) => [name, events]));
  const counts = Float64Array.from(set.corpus.itemIds, (id) =>
    id.endsWith("-new") ? 0 : (eventsOf.get(id.slice(0, id.lastIndexOf("-"))) ?? 0),
  );
  const follows = (column: (typeof set.columns)[number]) => countFollows(set.corpus, new Int32Array(), column);
  const affinity = new ValueAffinity(
    set.columns.map((column) => ({ column, follows: follows(column) })),
    counts,
  );
  const first = set.corpus.itemIds.indexOf(`${values[0]?.name}-0`);
  const alike = affinity.predictAlike({ items: Int32Array.of(first), amounts: Float64Array.of(1), total: 1 });
  return Object.fromEntries(values.map(({ name }) => [name, alike[set.corpus.itemIds.indexOf(`${name}-new`)] ?? 0]));
}

test("a new item with a value that few popular items have beats one whose value is only crowded", () => {
  const { crowded = 0, loved = 0 } = judgeNewItems([
    { name: "first", items: 10, events: 10 },
    { name: "crowded", items: 200, events: 5 },
    { name: "loved", items: 20, events: 40 },
  ]);
  expect(loved).toBeGreaterThan(2 * crowded);
});

test("a value with many items is worth what one with few is, if their items are as popular", () => {
  const { many = 0, few = 0 } = judgeNewItems([
    { name: "first", items: 10, events: 10 },
    { name: "many", items: 200, events: 10 },
    { name: "few", items: 100, events: 10 },
  ]);
  expect(few / many).toBeCloseTo(1, 1);
});

test("what one item shows about its value is taken for half of it, or less", () => {
  const { single = 0, many = 0 } = judgeNewItems([
    { name: "first", items: 10, events: 10 },
    { name: "single", items: 1, events: 100 },
    { name: "many", items: 100, events: 100 },
  ]);
  expect(single).toBeLessThan(many);
});
