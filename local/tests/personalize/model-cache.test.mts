import { expect, test } from "vitest";
import type { TrainedModel } from "../../account/services/personalize/recommender/data/types.ts";
import { cacheModel } from "../../account/services/personalize/state/model-cache.ts";

const modelOf = (number: number): TrainedModel => ({
  recipe: "aws-user-personalization",
  itemIds: ["a", "b"],
  metrics: { precision_at_5: number },
  diagnostics: {},
  userCounts: Float64Array.of(1, 2),
  inside: { family: "common-list", values: Float64Array.of(number, 0.5), names: ["a"] },
});

test("a model that was not used for long is read again, and is the same", () => {
  const insides = Array.from({ length: 20 }, (_, number) => modelOf(number).inside as object);
  const models = insides.map((inside, number) => cacheModel({ ...modelOf(number), inside }));
  for (const [number, model] of models.entries()) expect(model).toEqual(modelOf(number));
  expect(models[0]?.inside).not.toBe(insides[0]);
  expect(models[0]?.inside).toEqual(insides[0]);
});

test("a model in use stays as it is", () => {
  const inside = { family: "common-list", values: Float64Array.of(1) };
  const serving = cacheModel({ ...modelOf(0), inside });
  for (let number = 1; number < 20; number++) {
    cacheModel(modelOf(number));
    expect(serving.inside).toBe(inside);
  }
});

test("a model of two solutions is kept once", () => {
  const inside = { family: "common-list", values: Float64Array.of(1) };
  const [first, second] = [cacheModel({ ...modelOf(0), inside }), cacheModel({ ...modelOf(0), inside })];
  for (let number = 1; number < 20; number++) cacheModel(modelOf(number));
  expect(first.inside).toBe(second.inside);
});
