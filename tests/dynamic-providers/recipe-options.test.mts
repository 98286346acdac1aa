import { expect, test } from "vitest";
import { checkRecipeOptions } from "../../dynamic-providers/checks/recipe-options.ts";
import { UNKNOWN } from "./scripted.mts";

const recipe = (name: string) => `arn:aws:personalize:::recipe/aws-${name}`;
const failures = (name: string, algorithmHyperParameters: Record<string, string> = {}) =>
  checkRecipeOptions({ recipeArn: recipe(name), algorithmHyperParameters });
const options = (reason: string) => [{ property: "algorithmHyperParameters", reason }];

test("an unknown recipe is refused with the known ones", () => {
  expect(failures("user-personalisation")).toEqual([
    {
      property: "recipeArn",
      reason: expect.stringContaining("one of: aws-user-personalization, aws-user-personalization-v2"),
    },
  ]);
});

test.each([
  ["31", "bptt", "user-personalization", true],
  ["33", "bptt", "user-personalization", false],
  ["2.5", "bptt", "user-personalization", false],
  ["", "bptt", "user-personalization", false],
  ["0.5", "popularity_discount_factor", "sims", true],
  ["1.5", "popularity_discount_factor", "sims", false],
  ["0.5", "popularity_discount_factor", "similar-items", true],
  ["50", "item_id_hidden_dim", "similar-items", false],
])("%s is judged as %s of %s by the guide's range", (value, key, name, fits) => {
  expect(failures(name, { [key]: value })).toHaveLength(fits ? 0 : 1);
});

test("an option out of range is refused with the range", () => {
  expect(failures("user-personalization", { hidden_dimension: "16" })).toEqual(
    options("hidden_dimension must be a whole number from 32 to 256, as text."),
  );
  expect(failures("user-personalization", { recency_mask: "yes" })).toEqual(
    options("recency_mask must be one of true, false, as text."),
  );
});

test("a featurization hyperparameter of the guide's tables is not an algorithm hyperparameter", () => {
  expect(failures("personalized-ranking", { max_user_history_length_percentile: "0.99" })).toEqual(
    options(
      "max_user_history_length_percentile is no hyperparameter of aws-personalized-ranking, which has hidden_dimension, bptt, recency_mask.",
    ),
  );
});

test("a parameter of the data has one of the recipe's values", () => {
  const check = (name: string, featureTransformationParameters: Record<string, string>) =>
    checkRecipeOptions({
      recipeArn: recipe(name),
      algorithmHyperParameters: {},
      featureTransformationParameters,
    }).map(({ reason }) => reason);
  expect(check("trending-now", { trend_discovery_frequency: "1 day" })).toEqual([]);
  expect(check("trending-now", { trend_discovery_frequency: "1 week" })).toEqual([
    "trend_discovery_frequency must be one of 30 minutes, 1 hour, 2 hours, 3 hours, 1 day, as text.",
  ]);
  expect(check("sims", { trend_discovery_frequency: "1 day" })).toEqual([
    "trend_discovery_frequency is no hyperparameter of aws-sims, which has none.",
  ]);
});

test("values that are not known yet pass", () => {
  expect(checkRecipeOptions({ recipeArn: UNKNOWN, algorithmHyperParameters: {} })).toEqual([]);
  expect(failures("user-personalization", { bptt: UNKNOWN })).toEqual([]);
});
