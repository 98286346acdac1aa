import { describe, expect, test } from "vitest";
import { describeModels, describePlacements } from "../../stacks/config/models.ts";
import { describeCosts } from "../../stacks/costs/estimate.ts";
import { parseConfig } from "../support/parse-config.ts";

const filters = { fresh: "INCLUDE ItemID WHERE Items.CREATION_TIMESTAMP > $SINCE" };
const parse = (placements: unknown, more: object = {}) => parseConfig({ filters, placements, ...more }, "prod");
const problemOf = (placements: unknown, more: object = {}) => {
  try {
    parse(placements, more);
  } catch (error) {
    return error instanceof Error ? error.message.split("\n")[1]?.trim() : undefined;
  }
  return undefined;
};

describe("a placement", () => {
  test("with aws-trending-now promotes each version, unless its own gate has bounds", () => {
    const recipe = "aws-trending-now";
    const { gates } = parseConfig(
      { placements: { a: { recipe }, b: { recipe, gate: { allowedMetricDrop: 0.1 } } } },
      "test",
    );
    expect(gates.a).toEqual({ ...gates.recommendation, promotionThreshold: 0, allowedMetricDrop: 1 });
    expect(gates.b).toEqual({ ...gates.a, allowedMetricDrop: 0.1 });
  });

  test("with a recipe has its own model, with the gate's keys of the stack where it has none", () => {
    const config = parse({
      similar: { recipe: "aws-similar-items", minProvisionedTPS: 2, gate: { promotionThreshold: 0 } },
    });
    expect(describeModels(config).at(-1)).toEqual({
      name: "similar",
      recipe: "aws-similar-items",
      hyperParameters: {},
      minProvisionedTPS: 2,
      exploration: undefined,
      returnsColumns: false,
    });
    expect(config.gates.similar).toEqual({ ...config.gates.recommendation, promotionThreshold: 0 });
  });

  test("is described to callers with the standard one", () => {
    const config = parse({
      similar: { recipe: "aws-sims" },
      cards: { model: "similar", columns: ["ANIMAL_TYPE"] },
      arrivals: { model: "recommendation", filter: "fresh", promotion: { filter: "fresh", percent: 30 } },
      popular: { list: "popular" },
    });
    expect(describePlacements(config)).toEqual({
      recommendation: { model: "recommendation", needsItem: false },
      similar: { model: "similar", needsItem: true },
      cards: { model: "similar", needsItem: true, columns: ["ANIMAL_TYPE"] },
      arrivals: {
        model: "recommendation",
        needsItem: false,
        filter: "fresh",
        promotion: { filter: "fresh", percent: 30 },
        filterValues: ["SINCE"],
        promotionValues: ["SINCE"],
      },
      popular: { needsItem: false },
    });
  });

  test.each([
    ["aws-user-personalization", true],
    ["aws-user-personalization-v2", false],
  ])("with columns switches them on in the campaign of %s, unless the recipe includes them: %s", (recipe, isOn) => {
    const config = parse({ own: { recipe }, cards: { model: "own", columns: ["ANIMAL_TYPE"] } });
    expect(describeModels(config).map(({ returnsColumns }) => returnsColumns)).toEqual([false, false, isOn]);
  });

  test("costs what its campaign and its trainings cost; one that shares a model or shows a list costs nothing", () => {
    const prices = { currency: "USD", campaignTpsHour: 1, trainingHour: 10, hoursPerTraining: 1, trainingsPerMonth: 1 };
    const costOf = (placements: object) => describeCosts(parse(placements, { prices }), 25);
    expect(costOf({})).toContain("campaigns by the hour 1460.00, trainings by the hour 20.00");
    expect(costOf({ popular: { list: "popular" }, cards: { model: "recommendation" } })).toBe(costOf({}));
    expect(costOf({ similar: { recipe: "aws-similar-items", minProvisionedTPS: 2 } })).toContain(
      "campaigns by the hour 2920.00, trainings by the hour 30.00",
    );
  });
});

describe("is refused in a preview:", () => {
  const recipe = "aws-similar-items";
  test.each([
    ["neither model nor list", { a: {} }, "placements.a: must have one of recipe, model and list"],
    ["an unknown model", { a: { model: "b" } }, 'placements.a.model: "b" is not a model; possible are recommendation'],
    [
      "the re-ranking",
      { a: { model: "reranking" } },
      "placements.a.model: reranking ranks a caller's own list, so a placement cannot show it",
    ],
    [
      "a promotion of a list",
      { a: { list: "popular", promotion: { filter: "fresh", percent: 10 } } },
      "placements.a.promotion: cannot be applied to a list",
    ],
    [
      "a promotion by an unknown filter",
      { a: { recipe, promotion: { filter: "new", percent: 10 } } },
      'placements.a.promotion.filter: "new" is not one of recommender:filters (fresh)',
    ],
    [
      "the name of a filter",
      { fresh: { recipe } },
      "placements.fresh: has the name of a filter; names of callers' requests must differ",
    ],
    [
      "the name of the program's own model",
      { baseline: { recipe } },
      "placements.baseline: is the name of one of the program's own models",
    ],
    [
      "a gate without its own model",
      { a: { model: "recommendation", gate: {} } },
      "placements.a.gate: is only for a placement with a recipe",
    ],
    [
      "a metric that only another recipe has",
      { a: { recipe, gate: { promotionMetric: "trend_prediction_accuracy" } } },
      "placements.a.gate.promotionMetric: trend_prediction_accuracy is a metric of aws-trending-now only",
    ],
  ])("%s", (_what, placements, message) => {
    expect(problemOf(placements)).toBe(`recommender:${message}`);
  });

  test("a filter by the requested item, where a request names none", () => {
    const filters = { cheaper: "INCLUDE ItemID WHERE Items.PRICE < CurrentItem.PRICE" };
    expect(problemOf({ a: { model: "recommendation", filter: "cheaper" } }, { filters })).toBe(
      'recommender:placements.a.filter: "cheaper" compares with CurrentItem, and a request of this placement names no item',
    );
    expect(problemOf({ a: { recipe }, b: { model: "a", filter: "cheaper" } }, { filters })).toBeUndefined();
  });

  test.each([
    [{ recipee: "aws-sims", filter: "fresh" }, ": has no key recipee; did you mean recipe?"],
    [
      { model: "recomendation" },
      '.model: "recomendation" is not a model; possible are recommendation; did you mean recommendation?',
    ],
    [{ recipe, filter: "frech" }, '.filter: "frech" is not one of recommender:filters (fresh); did you mean fresh?'],
  ])("with the name that was probably meant: %j", (placement, message) => {
    expect(problemOf({ a: placement })).toBe(`recommender:placements.a${message}`);
  });

  test("more models than the account may have campaigns, until its higher quota is set", () => {
    const four = Object.fromEntries(["a", "b", "c", "d"].map((name) => [name, { recipe }]));
    expect(problemOf(four)).toBe(
      "recommender:quotas.campaigns: is 5, but 6 campaigns are needed: recommendation, reranking, a, b, c, d. " +
        "Ask for a higher quota, then set it here",
    );
    expect(problemOf(four, { quotas: { campaigns: 6 } })).toBeUndefined();
    expect(problemOf(four, { rerankingEnabled: false })).toBeUndefined();
  });

  test("the popularity baseline needs a solution more than the models", () => {
    const eight = Object.fromEntries([..."abcdefgh"].map((name) => [name, { recipe }]));
    const quotas = { campaigns: 10 };
    expect(problemOf(eight, { quotas })).toBeUndefined();
    expect(problemOf(eight, { quotas, popularityBaseline: true })).toMatch(
      /^recommender:quotas\.solutions: is 10, but 11 solutions are needed: /,
    );
  });

  test("more filters than the account may have", () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}`, filters.fresh]));
    expect(problemOf({}, { filters: many })).toMatch(
      /^recommender:quotas\.filters: is 30, but 31 filters are needed: /,
    );
  });
});
