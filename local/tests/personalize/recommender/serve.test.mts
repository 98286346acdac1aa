import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { selectBest } from "../../../account/services/personalize/recommender/data/top.ts";
import {
  computeExposureBoosts,
  type Exploration,
  findYoungItems,
} from "../../../account/services/personalize/recommender/serving/exploration.ts";
import { recommend } from "../../../account/services/personalize/recommender/serving/serve.ts";
import { train } from "../../../account/services/personalize/recommender/train.ts";
import { requestOf, shelter } from "./small-shelter.mts";

const model = train(requestOf(shelter));
const event = (itemId: string) => ({ itemId, timestamp: 0 });
const ids = (items: readonly { itemId: string }[]) => items.map(({ itemId }) => itemId);
const [firstId = ""] = model.itemIds;
const history = [event(model.itemIds[10] ?? ""), event(model.itemIds[60] ?? "")];

test("the best indices are those of a full sort, for any values, ties and filters", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5)), fc.nat(12), fc.integer({ min: 1, max: 4 }), (values, count, step) => {
      const keep = (index: number) => index % step === 0;
      const sorted = [...values.keys()].filter(keep).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b);
      expect(selectBest(values, count, keep)).toEqual(sorted.slice(0, count));
    }),
  );
});

test.each([
  ["no history", []],
  ["a history of unknown items", [event("unheard-of")]],
])("%s gets the popular items, with scores in proportion to one and their users", (_, past) => {
  const all = recommend(model, past, { numResults: 100 });
  const total = model.userCounts.reduce((a, b) => a + b + 1, 0);
  const expected = new Map(model.itemIds.map((itemId, i) => [itemId, (1 + (model.userCounts[i] ?? 0)) / total]));
  for (const { itemId, score } of all) expect(score).toBeCloseTo(expected.get(itemId) ?? Number.NaN, 12);
  const popular = train(requestOf(shelter, { recipe: "aws-popularity-count" }));
  expect(ids(all)).toEqual(ids(recommend(popular, [], { numResults: 100 })));
});

describe("exploring", () => {
  const young = new Set(model.itemIds.filter((_, i) => i % 5 === 0));
  /** Builds an exploration of items with an age in days and an exposure by id. */
  const exploration = ({
    weight = 0.3,
    seed = "RID-1",
    ageCutOffDays = 30,
    age = (itemId: string): number | undefined => (young.has(itemId) ? 3 : 300),
    exposure = (_itemId: string): number => 10,
  } = {}): Exploration => ({
    weight,
    seed,
    young: findYoungItems(
      Float64Array.from(model.itemIds, (itemId) => age(itemId) ?? Number.NaN),
      ageCutOffDays,
    ),
    boosts: computeExposureBoosts(Float64Array.from(model.itemIds, exposure)),
  });
  const plain = recommend(model, history, { numResults: 25 });
  const explored = (changes: Parameters<typeof exploration>[0]) =>
    recommend(model, history, { numResults: 25, exploration: exploration(changes) });

  test("weight 0 is the plain list", () => {
    expect(explored({ weight: 0 })).toEqual(plain);
  });

  test("a weight between mixes both, each item once, with its own score", () => {
    const list = explored({ weight: 0.5 });
    const scores = new Map(recommend(model, history, { numResults: 100 }).map(({ itemId, score }) => [itemId, score]));
    const youngCount = (items: typeof list) => items.filter(({ itemId }) => young.has(itemId)).length;
    expect(new Set(ids(list)).size).toBe(25);
    expect(youngCount(list)).toBeGreaterThan(youngCount(plain));
    for (const { itemId, score } of list) expect(score).toBe(scores.get(itemId));
  });

  test("items older than the cut-off, or of unknown age, are not explored", () => {
    expect(explored({ weight: 1, ageCutOffDays: 2 })).toEqual(plain);
    expect(explored({ weight: 1, age: () => undefined })).toEqual(plain);
  });

  test("of two young items the one that was shown less comes sooner", () => {
    const place = (exposed: string) =>
      ids(explored({ weight: 1, exposure: (itemId) => (itemId === exposed ? 1e4 : 1) })).indexOf(firstId);
    expect(young.has(firstId)).toBe(true);
    expect(place(firstId)).toBeGreaterThan(place("stranger"));
  });

  test("the same recommendation id explores the same places, another one others", () => {
    expect(explored({ seed: "RID-1" })).toEqual(explored({ seed: "RID-1" }));
    const lists = Array.from({ length: 10 }, (_, i) => ids(explored({ seed: `RID-${i}` })).join());
    expect(new Set(lists).size).toBeGreaterThan(1);
  });

  test("the filter applies to explored items too", () => {
    const keep = (itemId: string) => !young.has(itemId);
    const list = recommend(model, history, { numResults: 25, keep, exploration: exploration({ weight: 1 }) });
    expect(list).toEqual(recommend(model, history, { numResults: 25, keep }));
  });
});
