import { type GetRecommendationsCommandInput, InvalidInputException } from "@aws-sdk/client-personalize-runtime";
import { describe, expect, test } from "vitest";
import { eightMetrics, openStage } from "./stage.mts";

// The rules of the recipes that do not personalise, from the Developer Guide: "Choosing a recipe"
// (API requirements, in use-case order), the page of each recipe, "Promoting items in real-time
// recommendations", "Item metadata in recommendations", "How recommendation scoring works", "Use
// case and recipe features".

const recipes = ["aws-similar-items", "aws-sims", "aws-trending-now", "aws-popularity-count"] as const;
const related = recipes.slice(0, 2);
const popular = recipes.slice(2);
type RecipeName = (typeof recipes)[number];

const versions: Record<string, string> = {};
const campaigns: Record<string, string> = {};
const on = await openStage();
const { groupArn } = await on.filled();
for (const recipe of recipes) {
  const version = await on.version(await on.solution(groupArn, recipe));
  versions[recipe] = version.arn;
  // Metadata are opt-in with each of them.
  const config = recipe === "aws-sims" ? undefined : { enableMetadataWithRecommendations: true };
  campaigns[recipe] = await on.campaign(version.arn, config);
}

const get = async (recipe: RecipeName, input: Partial<GetRecommendationsCommandInput> = {}) => {
  const item = related.includes(recipe) ? { itemId: "cat-1" } : {};
  return (await on.runtime.getRecommendations({ campaignArn: campaigns[recipe], ...item, ...input })).itemList ?? [];
};
const ids = (items: readonly { itemId?: string | undefined }[]) => items.map(({ itemId }) => itemId);

describe("a request", () => {
  test.each(recipes)("of %s needs no user, and gets no scores or reasons", async (recipe) => {
    const items = await get(recipe, { numResults: 5 });
    expect(items).toHaveLength(5);
    expect(items.filter(({ score, reason }) => score !== undefined || reason !== undefined)).toEqual([]);
  });

  test.each(related)("of %s needs an item", async (recipe) => {
    const missing = get(recipe, { itemId: undefined, userId: "user-0" });
    await expect(missing).rejects.toThrow(InvalidInputException);
    await expect(missing).rejects.toThrow(`itemId is missing: the recipe ${recipe}`);
  });

  test.each(popular)("of %s gets the same list for each user and item", async (recipe) => {
    const list = await get(recipe);
    expect(await get(recipe, { userId: "user-0" })).toEqual(list);
    expect(await get(recipe, { userId: "user-1", itemId: "cat-1" })).toEqual(list);
  });

  test.each(related)("of %s gets the popular items for an item that it does not know", async (recipe) => {
    expect(ids(await get(recipe, { itemId: "unheard-of" }))).toEqual(ids(await get("aws-popularity-count")));
  });

  test.each(recipes)("of %s needs the user when its filter looks at the user", async (recipe) => {
    const filterArn = await on.filter(groupArn, 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("View")');
    await expect(get(recipe, { filterArn })).rejects.toThrow("userId is missing: the filter");
    const seen = ids(await get(recipe, { filterArn, userId: "user-0", numResults: 40 }));
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).not.toContain("cat-0");
    const promotions = [{ name: "unseen", percentPromotedItems: 50, filterArn }];
    await expect(get(recipe, { promotions })).rejects.toThrow("userId is missing: the filter");
  });
});

describe("filters with CurrentItem", () => {
  const expression = "INCLUDE ItemID WHERE Items.AGE < CurrentItem.AGE AND Items.SPECIES IN CurrentItem.SPECIES";

  test.each(related)("compare with the requested item of %s", async (recipe) => {
    const filterArn = await on.filter(groupArn, expression);
    const younger = ids(await get(recipe, { filterArn, itemId: "cat-2", numResults: 40 }));
    // Ages are 0 to 4 in turn.
    expect(younger.sort()).toEqual(["cat-0", "cat-1", "cat-10", "cat-11", "cat-15", "cat-16", "cat-5", "cat-6"]);
  });

  test.each(popular)("are refused by %s, which has no such item", async (recipe) => {
    const filterArn = await on.filter(groupArn, expression);
    await expect(get(recipe, { filterArn, itemId: "cat-2" })).rejects.toThrow(
      `uses CurrentItem, which the recipe ${recipe} does not have`,
    );
  });
});

describe("promotions", () => {
  test.each(related)("of %s are the items of the filter most related to the requested one", async (recipe) => {
    const filterArn = await on.filter(groupArn, "INCLUDE ItemID WHERE Items.AGE > 1");
    const promotions = [{ name: "grown-up", percentPromotedItems: 50, filterArn }];
    // Each user looks at cats only, or at dogs only.
    for (const species of ["cat", "dog"]) {
      const items = await get(recipe, { itemId: `${species}-1`, promotions, numResults: 10 });
      const promoted = ids(items.filter(({ promotionName }) => promotionName === "grown-up"));
      expect(promoted.map((itemId) => itemId?.split("-")[0])).toEqual(Array(5).fill(species));
      expect(promoted).toEqual(ids(await get(recipe, { itemId: `${species}-1`, filterArn, numResults: 5 })));
    }
  });

  test.each(popular)("of %s are the first of its list that pass", async (recipe) => {
    const filterArn = await on.filter(groupArn, 'INCLUDE ItemID WHERE Items.SPECIES IN ("dog")');
    const promotions = [{ name: "dogs", percentPromotedItems: 40, filterArn }];
    const items = await get(recipe, { promotions, numResults: 10 });
    expect(items).toHaveLength(10);
    expect(ids(items.filter(({ promotionName }) => promotionName === "dogs"))).toEqual(
      ids(await get(recipe, { filterArn, numResults: 4 })),
    );
  });
});

describe("metadata", () => {
  const metadataColumns = { ITEMS: ["SPECIES"] };

  test.each(["aws-similar-items", ...popular] as const)("come with %s where the campaign consents", async (recipe) => {
    const items = await get(recipe, { metadataColumns, numResults: 3 });
    expect(items.map(({ metadata }) => metadata?.SPECIES)).toEqual(ids(items).map((itemId) => itemId?.split("-")[0]));
    await expect(get(recipe, { metadataColumns, numResults: 51 })).rejects.toThrow("from 1 to 50 with metadata");
    const many = { ITEMS: Array.from({ length: 11 }, () => "SPECIES") };
    await expect(get(recipe, { metadataColumns: many })).rejects.toThrow("more than 10 columns");
  });

  test("are refused where it does not", async () => {
    await expect(get("aws-sims", { metadataColumns })).rejects.toThrow("enableMetadataWithRecommendations");
  });
});

describe("a solution", () => {
  test.each(recipes)("of %s is not updated, and does not explore", async (recipe) => {
    const solutionArn = await on.solution(groupArn, recipe);
    await expect(on.personalize.createSolutionVersion({ solutionArn, trainingMode: "UPDATE" })).rejects.toThrow(
      `trainingMode UPDATE is not available for the recipe`,
    );
    await expect(
      on.campaign(versions[recipe] ?? "", { itemExplorationConfig: { explorationWeight: "0.1" } }),
    ).rejects.toThrow(`itemExplorationConfig is not valid for the recipe ${recipe}`);
    await on.personalize.deleteSolution({ solutionArn });
  });

  test.each(recipes)("of %s has the metrics that the guide lists for it", async (recipe) => {
    const { metrics = {} } = await on.personalize.getSolutionMetrics({ solutionVersionArn: versions[recipe] });
    expect(Object.keys(metrics).sort()).toEqual([
      ...eightMetrics,
      ...(recipe === "aws-trending-now" ? ["trend_prediction_accuracy"] : []),
    ]);
  });
});
