// Requests at the placement of an experiment.
import { describe, expect, test } from "vitest";
import { chooseVariant } from "../../contract/index.js";
import { recommendPetsFactory } from "../../functions/recommend-pets.ts";
import { captureLines } from "./capture-lines.mts";
import type { Scripted } from "./scripted-endpoint.mts";
import { serve } from "./serving.mts";

const placements = {
  recommendation: { campaign: "home-1", needsItem: false },
  next: { campaign: "next-1", needsItem: false },
  promoted: { campaign: "home-1", needsItem: false, promotion: { filter: "adoptable", percent: 30 } },
  cards: { campaign: "home-1", needsItem: false, filter: "adoptable", columns: ["ANIMAL_TYPE"] },
  nextCards: { campaign: "next-1", needsItem: false, filter: "adoptable", columns: ["ANIMAL_TYPE"] },
};
const popular = { body: { items: ["2-Pug-1-4", "1-Persian-3-2"] } };
const answer = { body: { itemList: [{ itemId: "2-Beagle-2-3" }], recommendationId: "RID-1" } };
const throttled = { error: "ThrottlingException", status: 429 };

/** A function that compares two placements, of which each has half of the visitors. */
async function compare(placement: string, other: string, campaign: Scripted = answer) {
  const experiment = { name: "trial", placement, variants: { [placement]: 50, [other]: 50 } };
  const more = { PLACEMENTS: JSON.stringify(placements), EXPERIMENT: JSON.stringify(experiment) };
  const { asked, ask } = await serve(recommendPetsFactory, { campaign, popular, more });
  /** Visitors of both variants. */
  const ids = Array.from({ length: 10 }, (_, index) => String(index));
  const variantOf = (userId: string) => chooseVariant(experiment, { userId });
  return {
    ask,
    asked: () => asked("recommendations"),
    both: [placement, other].map((variant) => ids.find((id) => variantOf(id) === variant) ?? "none"),
  };
}

const variantOf = ({ headers }: { headers: Record<string, string> | undefined }) =>
  headers?.["x-recommendation-variant"];

test("a visitor gets the answer of the variant, by its model, filter, promotion and columns, and the variant in a header", async () => {
  const { ask, asked, both } = await compare("recommendation", "promoted");
  for (const userId of both) await ask({ userId });
  expect(asked()[0]).not.toHaveProperty("promotions");
  expect(asked()[1]).toMatchObject({ userId: both[1], promotions: [{ percentPromotedItems: 30 }] });
  const cards = await compare("cards", "nextCards");
  const [, userId] = cards.both;
  expect((await cards.ask({ placement: "cards", userId, filterValues: { KIND: '"2"' } })).headers).toEqual({
    "x-recommendation-source": "personalize",
    "x-recommendation-id": "RID-1",
    "x-recommendation-placement": "cards",
    "x-recommendation-variant": "nextCards",
  });
  expect(cards.asked()).toMatchObject([
    {
      campaignArn: "arn:aws:personalize:eu-west-1:123456789012:campaign/next-1",
      filterArn: "arn:aws:personalize:eu-west-1:123456789012:filter/adoptable",
      filterValues: { KIND: '"2"' },
      metadataColumns: { ITEMS: ["ANIMAL_TYPE"] },
    },
  ]);
});

test("a session, and a number, have the variant of the user with this text as id", async () => {
  const { ask, both } = await compare("recommendation", "next");
  for (const userId of both) {
    const variants = [{ userId }, { userId: Number(userId) }, { sessionId: userId }].map(async (ids) =>
      variantOf(await ask(ids)),
    );
    expect(new Set(await Promise.all(variants)).size).toBe(1);
  }
});

test("popular is the list, which ignores a context", async () => {
  const { ask, asked, both } = await compare("recommendation", "popular");
  expect(await ask({ userId: both[1], context: { DEVICE: "phone" }, limit: 1 })).toEqual({
    statusCode: 200,
    headers: { "x-recommendation-source": "list", "x-recommendation-variant": "popular" },
    body: [{ id: "2-Pug-1-4" }],
  });
  expect(asked()).toEqual([]);
});

test.each([{}, { placement: "promoted", userId: "7" }])(
  "a request without an id, or for another placement, is in no variant: %j",
  async (request) => {
    const { ask, asked } = await compare("recommendation", "next");
    expect(variantOf(await ask(request))).toBeUndefined();
    expect(asked()).toMatchObject([{ campaignArn: expect.stringContaining("campaign/home-1") }]);
  },
);

test.each([
  [{ filter: "none" }, "filter: is not one of this stack's filters (adoptable)"],
  [{ filterValues: { KIND: '"2"' } }, "filterValues: needs a filter"],
  [{ itemId: "2-Pug-1-4" }, "itemId: the placement recommendation takes none (none of this stack's does)"],
])("%j is refused for the visitors of each variant", async (request, message) => {
  const { ask, both } = await compare("recommendation", "popular");
  for (const userId of both) {
    expect(await ask({ userId, ...request })).toMatchObject({ statusCode: 400, body: { message } });
  }
});

describe("a variant whose campaign is not available", () => {
  test.each([throttled, { error: "ResourceNotFoundException", status: 404 }])(
    "is answered by the fallback, as that variant: $error",
    async (campaign) => {
      const { ask, both } = await compare("recommendation", "next", campaign);
      expect(await ask({ userId: both[1] })).toMatchObject({
        statusCode: 200,
        headers: { "x-recommendation-source": "fallback", "x-recommendation-variant": "next" },
        body: [{ id: "2-Pug-1-4" }, { id: "1-Persian-3-2" }],
      });
    },
  );

  test("is counted by variant too, without the visitor's id; requests without a variant are counted as before", async () => {
    const { ask } = await compare("recommendation", "next", throttled);
    const sets = async (request: object) => {
      const lines = (await captureLines(() => ask(request))).filter(({ _aws }) => _aws !== undefined);
      return lines.map(({ _aws, ...values }) => [
        values,
        (_aws as { CloudWatchMetrics: { Dimensions: unknown }[] }).CloudWatchMetrics[0]?.Dimensions,
      ]);
    };
    const sessionId = "a-session-of-next";
    expect(chooseVariant({ name: "trial", variants: { recommendation: 50, next: 50 } }, { sessionId })).toBe("next");
    const variant = { Stack: "test", Experiment: "trial", Variant: "next" };
    expect(await sets({ sessionId })).toEqual([
      [
        { ...variant, Campaign: "next-1", CampaignRequests: 1 },
        [["Stack"], ["Stack", "Campaign"], Object.keys(variant)],
      ],
      [{ ...variant, FallbackAnswers: 1 }, [["Stack"], Object.keys(variant)]],
    ]);
    expect(await sets({})).toEqual([
      [{ Stack: "test", Campaign: "home-1", CampaignRequests: 1 }, [["Stack"], ["Stack", "Campaign"]]],
      [{ Stack: "test", FallbackAnswers: 1 }, [["Stack"]]],
    ]);
  });
});
