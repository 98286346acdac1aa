import { describe, expect, test } from "vitest";
import { recommendPetsFactory } from "../../functions/recommend-pets.ts";
import { captureLines } from "./capture-lines.mts";
import type { Scripted } from "./scripted-endpoint.mts";
import { serve } from "./serving.mts";

const more = {
  FILTERS: '{"adoptable":"adoptable-1","fresh":"fresh-1"}',
  FILTER_PARAMETERS: '{"fresh":["SINCE"]}',
  PLACEMENTS: JSON.stringify({
    recommendation: { campaign: "home-1", needsItem: false },
    similar: { campaign: "similar-1", needsItem: true },
    cards: { campaign: "home-1", needsItem: false, columns: ["ANIMAL_TYPE", "PRIMARY_BREED"] },
    arrivals: { campaign: "home-1", filter: "adoptable", promotion: { filter: "fresh", percent: 30 } },
    recent: { campaign: "home-1", promotion: { filter: "fresh", percent: 30 }, neededValues: ["SINCE"] },
    popular: { needsItem: false },
  }),
};
const popular = { body: { items: ["2-Pug-1-4", "1-Persian-3-2", "2-Boxer-4-1"] } };
const answer = {
  body: { itemList: [{ itemId: "2-Beagle-2-3", score: 0.4 }, { itemId: "9-x" }], recommendationId: "RID-1" },
};
const throttled = { error: "ThrottlingException", status: 429 };

async function recommender(campaign: Scripted = answer) {
  const { asked, ...served } = await serve(recommendPetsFactory, { campaign, popular, more });
  return { ...served, asked: () => asked("recommendations") };
}

// tests/system/placements.test.mts has similar items, promotions and the list.
describe("at a placement", () => {
  test("each item has the columns, by their names in the schema, without those that have no value", async () => {
    const metadata = { animal_type: "2", PRIMARY_BREED: "Beagle", COLOR: "brown" };
    const { ask, asked } = await recommender({ body: { itemList: [{ itemId: "a", metadata }, { itemId: "b" }] } });
    expect((await ask({ placement: "cards", userId: "u" })).body).toEqual([
      { id: "a", columns: { ANIMAL_TYPE: "2", PRIMARY_BREED: "Beagle" } },
      { id: "b", columns: {} },
    ]);
    expect(asked()).toMatchObject([{ metadataColumns: { ITEMS: ["ANIMAL_TYPE", "PRIMARY_BREED"] } }]);
  });

  // API reference, GetRecommendations, numResults.
  test("a list of 50 items may have columns", async () => {
    const { ask, asked } = await recommender();
    expect((await ask({ placement: "cards", userId: "u", limit: 50 })).statusCode).toBe(200);
    expect(asked()).toMatchObject([{ numResults: 50 }]);
  });

  test("popular items are the fallback: without the item itself, and with empty columns where answers have some", async () => {
    const { ask } = await recommender(throttled);
    const lines = await captureLines(async () => {
      expect(await ask({ placement: "similar", itemId: "1-Persian-3-2" })).toEqual({
        statusCode: 200,
        headers: { "x-recommendation-source": "fallback", "x-recommendation-placement": "similar" },
        body: [{ id: "2-Pug-1-4" }, { id: "2-Boxer-4-1" }],
      });
      expect((await ask({ placement: "cards", limit: 1 })).body).toEqual([{ id: "2-Pug-1-4", columns: {} }]);
    });
    expect(lines).toContainEqual(expect.objectContaining({ reason: "similar: ThrottlingException" }));
    expect(lines.filter((line) => "FallbackAnswers" in line)).toHaveLength(2);
  });

  test("a fallback says that the placement's own filter was not applied", async () => {
    const { ask } = await recommender(throttled);
    expect((await ask({ placement: "arrivals" })).headers).toMatchObject({ "x-recommendation-filter": "not-applied" });
  });
});

test.each([
  [
    { placement: "home" },
    "placement: is not one of this stack's placements (recommendation, similar, cards, arrivals, recent, popular)",
  ],
  [
    { placement: "constructor" },
    "placement: is not one of this stack's placements (recommendation, similar, cards, arrivals, recent, popular)",
  ],
  [
    { placement: "simliar" },
    "placement: is not one of this stack's placements (recommendation, similar, cards, arrivals, recent, popular); did you " +
      "mean similar?",
  ],
  [{ placement: "similar" }, "itemId: is missing; the placement similar is about an item"],
  [{ placement: "cards", itemId: "a" }, "itemId: the placement cards takes none (similar does)"],
  [{ itemId: "a" }, "itemId: the placement recommendation takes none (similar does)"],
  [{ placement: "cards", limit: 51 }, "limit: must be at most 50 at the placement cards, whose answers have columns"],
  [{ placement: "recent" }, "promotionValues: is missing SINCE, which the placement recent needs"],
  [
    { placement: "recent", promotionValues: { SINC: "1" } },
    "promotionValues: is missing SINCE, which the placement recent needs; it has SINC: did you mean SINCE?",
  ],
  [
    { placement: "arrivals", promotionValues: { SINC: "1" } },
    "promotionValues.SINC: is not a parameter of the filter fresh; it has SINCE; did you mean SINCE?",
  ],
  [{ placement: "arrivals", filter: "fresh" }, "filter: the placement arrivals has its own filter"],
  [{ placement: "cards", promotionValues: { A: "1" } }, "promotionValues: the placement cards has no promotion"],
  [{ placement: "popular", filter: "fresh" }, "filter: the placement popular is a list, which takes none"],
  [{ placement: "popular", context: { A: "b" } }, "context: the placement popular is a list, which takes none"],
])("%j is refused with 400 and what is possible", async (event, message) => {
  const { ask, asked } = await recommender();
  expect(await ask(event)).toEqual({ statusCode: 400, body: { message } });
  expect(asked()).toEqual([]);
});
