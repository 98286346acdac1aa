// Requests at the placement of an experiment.
import { describe, expect, test } from "vitest";
import { chooseVariant } from "../../contract/index.js";
import { recommendPetsFactory } from "../../functions/recommend-pets.ts";
import { captureLines } from "./capture-lines.mts";
import type { Scripted } from "./scripted-endpoint.mts";
import { serve } from "./serving.mts";

const arn = (kind: string, name: string) => `arn:aws:personalize:eu-west-1:123456789012:${kind}/${name}`;
const placements = {
  recommendation: { campaign: "home-1", needsItem: false },
  next: { campaign: "next-1", needsItem: false },
  arrivals: { campaign: "home-1", needsItem: false, promotion: { filter: "adoptable", percent: 30 } },
  cards: { campaign: "home-1", needsItem: false, filter: "adoptable", columns: ["ANIMAL_TYPE"] },
  "other-cards": { campaign: "next-1", needsItem: false, filter: "adoptable", columns: ["ANIMAL_TYPE"] },
  similar: { campaign: "similar-1", needsItem: true },
};
const popular = { body: { items: ["2-Pug-1-4", "1-Persian-3-2"] } };
const answer = { body: { itemList: [{ itemId: "2-Beagle-2-3" }], recommendationId: "RID-1" } };
const throttled = { error: "ThrottlingException", status: 429 };

/** A function that compares `placement` with the other variants, each of which has the same share. */
async function recommender(placement: string, others: readonly string[], campaign: Scripted = answer) {
  const names = [placement, ...others];
  const variants = Object.fromEntries(names.map((name) => [name, 100 / names.length]));
  const experiment = { name: "trial", placement, variants };
  const more = { PLACEMENTS: JSON.stringify(placements), EXPERIMENT: JSON.stringify(experiment) };
  const { asked, ...served } = await serve(recommendPetsFactory, { campaign, popular, more });
  /** A visitor whose variant it is. */
  const visitorOf = (variant: string) => {
    const ids = Array.from({ length: 100 }, (_, index) => `visitor-${index}`);
    return ids.find((userId) => chooseVariant(experiment, { userId }) === variant) ?? "";
  };
  return { ...served, visitorOf, asked: () => asked("recommendations") };
}

describe("a request for the experiment's placement", () => {
  test("is answered by the campaign of the visitor's variant, with the variant in a header", async () => {
    const { ask, asked, visitorOf } = await recommender("recommendation", ["next"]);
    for (const variant of ["recommendation", "next"]) {
      const userId = visitorOf(variant);
      const { headers } = await ask({ userId });
      expect(headers).toEqual({
        "x-recommendation-source": "personalize",
        "x-recommendation-id": "RID-1",
        "x-recommendation-variant": variant,
      });
    }
    expect(asked()).toMatchObject([
      { campaignArn: arn("campaign", "home-1"), userId: visitorOf("recommendation") },
      { campaignArn: arn("campaign", "next-1"), userId: visitorOf("next") },
    ]);
  });

  test("is one that names it, too; the placement's header is what the caller named", async () => {
    const { ask, visitorOf } = await recommender("recommendation", ["next"]);
    expect((await ask({ placement: "recommendation", userId: visitorOf("next") })).headers).toMatchObject({
      "x-recommendation-placement": "recommendation",
      "x-recommendation-variant": "next",
    });
  });

  test("has the variant's promotion", async () => {
    const { ask, asked, visitorOf } = await recommender("recommendation", ["arrivals"]);
    await ask({ userId: visitorOf("recommendation") });
    await ask({ userId: visitorOf("arrivals") });
    expect(asked()[0]).not.toHaveProperty("promotions");
    expect(asked()[1]).toMatchObject({
      promotions: [{ filterArn: arn("filter", "adoptable"), percentPromotedItems: 30 }],
    });
  });

  test("has the variant's filter and columns", async () => {
    const { ask, asked, visitorOf } = await recommender("cards", ["other-cards"]);
    await ask({ placement: "cards", userId: visitorOf("other-cards"), filterValues: { TYPE: '"2"' } });
    expect(asked()).toMatchObject([
      {
        campaignArn: arn("campaign", "next-1"),
        filterArn: arn("filter", "adoptable"),
        filterValues: { TYPE: '"2"' },
        metadataColumns: { ITEMS: ["ANIMAL_TYPE"] },
      },
    ]);
  });

  test("chooses by the session of a visitor without a user id", async () => {
    const { ask, visitorOf } = await recommender("recommendation", ["next"]);
    const { headers } = await ask({ sessionId: visitorOf("next") });
    expect(headers?.["x-recommendation-variant"]).toBe("next");
  });

  test("chooses by a number as by the text of its digits", async () => {
    const { ask } = await recommender("recommendation", ["next", "popular", "arrivals"]);
    for (let id = 1; id <= 20; id++) {
      const ofNumber = (await ask({ userId: id })).headers?.["x-recommendation-variant"];
      expect(ofNumber).toBe((await ask({ userId: String(id) })).headers?.["x-recommendation-variant"]);
    }
  });

  test("is answered by the list where the variant is popular, which ignores a context", async () => {
    const { ask, asked, visitorOf } = await recommender("recommendation", ["popular"]);
    expect(await ask({ userId: visitorOf("popular"), context: { DEVICE: "phone" }, limit: 1 })).toEqual({
      statusCode: 200,
      headers: { "x-recommendation-source": "list", "x-recommendation-variant": "popular" },
      body: [{ id: "2-Pug-1-4" }],
    });
    expect(asked()).toEqual([]);
  });

  test("without an id has today's answer", async () => {
    const { ask, asked } = await recommender("recommendation", ["next", "popular", "arrivals"]);
    const { headers } = await ask({});
    expect(headers).toEqual({ "x-recommendation-source": "personalize", "x-recommendation-id": "RID-1" });
    expect(asked()).toMatchObject([{ campaignArn: arn("campaign", "home-1") }]);
  });

  test.each([
    [{ filter: "none" }, "filter: is not one of this stack's filters (adoptable)"],
    [{ filterValues: { TYPE: '"2"' } }, "filterValues: needs a filter"],
    [{ itemId: "2-Pug-1-4" }, "itemId: the placement recommendation takes none (similar does)"],
  ])("is refused for visitors of every variant alike: %j", async (request, message) => {
    const { ask, visitorOf } = await recommender("recommendation", ["popular"]);
    for (const variant of ["recommendation", "popular"]) {
      expect(await ask({ userId: visitorOf(variant), ...request })).toMatchObject({
        statusCode: 400,
        body: { message },
      });
    }
  });
});

test("a request for another placement is not in the experiment", async () => {
  const { ask, asked, visitorOf } = await recommender("recommendation", ["next"]);
  const { headers } = await ask({ placement: "arrivals", userId: visitorOf("next") });
  expect(headers).not.toHaveProperty("x-recommendation-variant");
  expect(asked()).toMatchObject([{ campaignArn: arn("campaign", "home-1") }]);
});

test.each([
  ["throttled", throttled],
  ["deleted", { error: "ResourceNotFoundException", status: 404 }],
])("a variant whose campaign is %s is answered by the fallback, as that variant", async (_state, campaign) => {
  const { ask, visitorOf } = await recommender("recommendation", ["next"], campaign);
  expect(await ask({ userId: visitorOf("next") })).toMatchObject({
    statusCode: 200,
    headers: { "x-recommendation-source": "fallback", "x-recommendation-variant": "next" },
    body: [{ id: "2-Pug-1-4" }, { id: "1-Persian-3-2" }],
  });
});

describe("metrics", () => {
  const byVariant = ["Stack", "Experiment", "Variant"];

  test("count requests and fallbacks also by variant, without the visitor's id", async () => {
    const { ask, visitorOf } = await recommender("recommendation", ["next"], throttled);
    const userId = visitorOf("next");
    const lines = await captureLines(() => ask({ userId }));
    const [requests, , fallbacks] = lines.map((line) => ({ ...line, _aws: undefined }));
    const sets = lines.map(
      (line) => (line._aws as { CloudWatchMetrics: { Dimensions: string[][] }[] })?.CloudWatchMetrics[0],
    );
    const variant = { Stack: "test", Experiment: "trial", Variant: "next" };
    expect(requests).toEqual({ ...variant, Campaign: "next-1", CampaignRequests: 1 });
    expect(sets[0]?.Dimensions).toEqual([["Stack"], ["Stack", "Campaign"], byVariant]);
    expect(fallbacks).toEqual({ ...variant, FallbackAnswers: 1 });
    expect(sets[2]?.Dimensions).toEqual([["Stack"], byVariant]);
    expect(JSON.stringify(lines)).not.toContain(userId);
  });

  test("of requests without a variant are those of a stack without an experiment", async () => {
    const { ask } = await recommender("recommendation", ["next"], throttled);
    const lines = await captureLines(() => ask({}));
    expect(JSON.stringify(lines)).not.toMatch(/Experiment|Variant/);
  });
});
