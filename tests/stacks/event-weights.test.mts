import { describe, expect, test } from "vitest";
import { readCsv } from "../../seed/import-files/csv-file.ts";
import { describeLeftOut, findScarceTypes, findStrangeTypes } from "../../stacks/config/event-weights.ts";
import { describeModels } from "../../stacks/config/models.ts";
import { parseConfig } from "../support/parse-config.ts";

const v2 = { recommendationRecipe: "aws-user-personalization-v2" };
const weights = { Application: 1, DetailView: 0.1 };
const weighed = "normalized_discounted_cumulative_gain_with_event_weights_at_5";
const parse = (settings: object) => parseConfig({ ...settings }, "prod");
const weightsOf = (settings: object) =>
  Object.fromEntries(describeModels(parse(settings)).map(({ name, eventWeights }) => [name, eventWeights]));

describe("eventWeights", () => {
  test("are those of the standard models whose recipe has weights, and of no placement", () => {
    const placements = { next: { recipe: "aws-user-personalization-v2" } };
    expect(weightsOf({ ...v2, eventWeights: weights, placements })).toEqual({ recommendation: weights });
    expect(weightsOf({ ...v2, eventWeights: weights, rerankingRecipe: "aws-personalized-ranking-v2" })).toEqual({
      recommendation: weights,
      reranking: weights,
    });
  });

  test("of a placement are its model's", () => {
    const placements = { next: { recipe: "aws-user-personalization-v2", eventWeights: weights } };
    expect(weightsOf({ placements })).toEqual({ next: weights });
  });
});

test("a weight may be written without its zero: `pulumi config set --path` keeps .1 as text", () => {
  const eventWeights = { Application: "+1", DetailView: ".1" };
  expect(weightsOf({ ...v2, eventWeights })).toEqual({ recommendation: weights });
});

test.each<[string, object, string]>([
  ["for recipes without weights", { eventWeights: weights }, "eventWeights: cannot be set: neither"],
  [
    "for a placement's recipe without weights",
    { placements: { a: { recipe: "aws-sims", eventWeights: weights } } },
    "placements.a.eventWeights: cannot be set: the recipe aws-sims has no event weights",
  ],
  [
    "for a placement without a recipe",
    { placements: { a: { model: "recommendation", eventWeights: weights } } },
    "placements.a.eventWeights: is only for a placement with a recipe",
  ],
  ["that are all 0", { ...v2, eventWeights: { a: 0 } }, "eventWeights: must have a weight above 0"],
  ["above 1", { ...v2, eventWeights: { a: 2 } }, "eventWeights.a: must be a number from 0 to 1"],
  ["of no type", { ...v2, eventWeights: {} }, "eventWeights: must have 1 to 10 event types"],
  [
    "of eleven types",
    { ...v2, eventWeights: Object.fromEntries([..."abcdefghijk"].map((type) => [type, 1])) },
    "eventWeights: must have 1 to 10 event types",
  ],
])("weights %s are refused", (_which, settings, message) => {
  expect(() => parse(settings)).toThrow(message);
});

describe("a metric with event weights", () => {
  test("is one of the gate where each model has weights", () => {
    const settings = { ...v2, rerankingEnabled: false, eventWeights: weights, promotionMetric: weighed };
    expect(parse(settings).gates.recommendation?.promotionMetric).toBe(weighed);
  });

  test.each<[string, object, string]>([
    ["the stack", { ...v2, eventWeights: weights, promotionMetric: weighed }, "do not have: reranking"],
    [
      "a placement",
      { placements: { a: { recipe: "aws-user-personalization-v2", gate: { promotionMetric: weighed } } } },
      `placements.a.gate.promotionMetric: is ${weighed}, and the model a has no event weights`,
    ],
  ])("of %s is refused for a model without weights", (_whose, settings, message) => {
    expect(() => parse(settings)).toThrow(message);
  });
});

test("types that the stack does not have are found, each with its place", () => {
  const placements = { next: { recipe: "aws-user-personalization-v2", eventWeights: { Favorit: 1 } } } as const;
  expect(findStrangeTypes(["Favorite"], { eventWeights: { Favorite: 1, Zoom: 0.1 }, placements })).toEqual([
    { key: "eventWeights", inside: ["Zoom"], message: "is not one of the stack's event types (Favorite)" },
    {
      key: "placements",
      inside: ["next", "eventWeights", "Favorit"],
      message: "is not one of the stack's event types (Favorite); did you mean Favorite?",
    },
  ]);
});

test("types of which the imported interactions are too few are refused: their training would fail", () => {
  const rows = Array.from(
    { length: 1_200 },
    (_, row) => `u${row % 30},i${row},${row},${row % 50 === 0 ? "Rare" : "View"}`,
  );
  const file = readCsv(`${["USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE", ...rows].join("\n")}\n`);
  expect(findScarceTypes(file, { eventWeights: { View: 0.1 } })).toEqual([]);
  expect(findScarceTypes(file, { eventWeights: { Rare: 1 } })).toEqual([
    {
      key: "eventWeights",
      inside: [],
      message: expect.stringMatching(
        /^of its types the interactions file has 24 different interactions \(a training needs 1,000\), and 3 /,
      ),
      isOfFirstUp: true,
    },
  ]);
});

test("types without a weight are named, because they do not train", () => {
  const config = parse({ ...v2, eventWeights: weights });
  expect(describeLeftOut(["DetailView", "Application", "Favorite"], config)).toBe(
    "The model recommendation does not train with Favorite: recommender:eventWeights has no weight of it.",
  );
  expect(describeLeftOut(["DetailView", "Application"], config)).toBeUndefined();
});
