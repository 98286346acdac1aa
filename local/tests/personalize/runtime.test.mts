import {
  type GetPersonalizedRankingCommandInput,
  type GetRecommendationsCommandInput,
  InvalidInputException,
} from "@aws-sdk/client-personalize-runtime";
import { describe, expect, test } from "vitest";
import { pets } from "../../record/personalize/pets.ts";
import { openStage } from "./stage.mts";

const campaigns: Record<string, string> = {};
const on = await openStage();
const { groupArn } = await on.filled();
const recipes = [
  ["plain", "aws-user-personalization", { itemExplorationConfig: { explorationWeight: "0" } }],
  [
    "curious",
    "aws-user-personalization",
    {
      itemExplorationConfig: { explorationWeight: "1", explorationItemAgeCutOff: "5" },
      enableMetadataWithRecommendations: true,
    },
  ],
  ["v2", "aws-user-personalization-v2", undefined],
  ["ranking", "aws-personalized-ranking", { enableMetadataWithRecommendations: true }],
] as const;
for (const [name, recipe, config] of recipes) {
  const version = await on.version(await on.solution(groupArn, recipe));
  campaigns[name] = await on.campaign(version.arn, config);
}

const get = (campaign: string, input: Partial<GetRecommendationsCommandInput> = {}) =>
  on.runtime.getRecommendations({ campaignArn: campaigns[campaign], userId: "user-0", ...input });
const rank = (inputList: string[], campaign = "ranking", more: Partial<GetPersonalizedRankingCommandInput> = {}) => {
  const input = { campaignArn: campaigns[campaign], userId: "user-0", inputList, ...more };
  return on.runtime.getPersonalizedRanking(input);
};
const ids = (items: readonly { itemId?: string | undefined }[] = []) => items.map(({ itemId }) => itemId);

describe("how many", () => {
  test("25 unless asked otherwise, 500 at most", async () => {
    expect((await get("plain")).itemList).toHaveLength(25);
    const { itemList: all } = await get("plain", { numResults: 500 });
    expect(all).toHaveLength(pets.length);
    expect((await get("plain", { numResults: 3 })).itemList).toEqual(all?.slice(0, 3));
    await expect(get("plain", { numResults: 501 })).rejects.toThrow(
      "numResults is 501; it must be a whole number from 1 to 500",
    );
  });

  test("a ranking accepts 500 items, repeated ids, and an empty list", async () => {
    await expect(rank(Array.from({ length: 501 }, (_, i) => `i${i}`))).rejects.toThrow(
      "inputList has 501 items; 500 at most",
    );
    expect(ids((await rank(["cat-1", "cat-1"])).personalizedRanking)).toEqual(["cat-1"]);
    expect((await rank([])).personalizedRanking).toEqual([]);
  });
});

describe("refused", () => {
  test("the other operation of a recipe, with 400", async () => {
    await expect(get("ranking")).rejects.toThrow(InvalidInputException);
    await expect(rank(["cat-1"], "plain")).rejects.toThrow("answers GetRecommendations only");
  });

  test("a recipe's request without its user", async () => {
    await expect(get("plain", { userId: undefined })).rejects.toThrow("userId is missing");
  });

  test("context that is not a column, and values without a filter", async () => {
    expect((await get("plain", { context: { EVENT_TYPE: "View" } })).itemList).toHaveLength(25);
    await expect(get("plain", { context: { WEATHER: "rain" } })).rejects.toThrow("context.WEATHER is not a column");
    await expect(get("plain", { filterValues: { A: "1" } })).rejects.toThrow("filterValues needs a filterArn");
  });
});

describe("filters", () => {
  test("take values, and leave scores as they are", async () => {
    const filterArn = await on.filter(groupArn, "INCLUDE ItemID WHERE Items.SPECIES IN ($KIND)");
    const all = (await get("plain", { numResults: 500 })).itemList ?? [];
    const dogs = (await get("plain", { filterArn, filterValues: { KIND: '"dog"' }, numResults: 500 })).itemList;
    expect(dogs).toEqual(all.filter(({ itemId }) => itemId?.startsWith("dog")));
  });

  test("one that is not ACTIVE is refused by the one error that the runtime's model has for it", async () => {
    const { filterArn } = await on.personalize.createFilter({
      name: "young",
      datasetGroupArn: groupArn,
      filterExpression: "INCLUDE ItemID WHERE Items.AGE > 1",
    });
    await expect(get("plain", { filterArn })).rejects.toThrow(InvalidInputException);
    await expect(get("plain", { filterArn })).rejects.toThrow("is CREATE PENDING; it must be ACTIVE");
  });

  test("of another group are refused", async () => {
    const other = await on.filled();
    const filterArn = await on.filter(other.groupArn, "INCLUDE ItemID WHERE Items.AGE > 0");
    await expect(get("plain", { filterArn })).rejects.toThrow("belongs to another dataset group");
  });
});

describe("a ranking", () => {
  test("leaves out what the filter does not let pass, with values of the request", async () => {
    const filterArn = await on.filter(groupArn, "INCLUDE ItemID WHERE Items.SPECIES IN ($KIND)");
    const { personalizedRanking } = await rank(["cat-1", "dog-1", "dog-2"], "ranking", {
      filterArn,
      filterValues: { KIND: '"dog"' },
    });
    expect(ids(personalizedRanking).sort()).toEqual(["dog-1", "dog-2"]);
  });

  test("carries metadata where the campaign consents, of 50 items at most", async () => {
    const metadataColumns = { ITEMS: ["SPECIES"] };
    const { personalizedRanking } = await rank(["cat-1"], "ranking", { metadataColumns });
    expect(personalizedRanking).toMatchObject([{ itemId: "cat-1", metadata: { SPECIES: "cat" } }]);
    const many = Array.from({ length: 51 }, (_, i) => `pet-${i}`);
    await expect(rank(many, "ranking", { metadataColumns })).rejects.toThrow(
      "inputList has 51 items; 50 at most with metadata",
    );
  });
});

describe("promotions", () => {
  test("have a separate filter with its values; the request's filter does not apply to them", async () => {
    const cats = await on.filter(groupArn, 'INCLUDE ItemID WHERE Items.SPECIES IN ("cat")');
    const kind = await on.filter(groupArn, "INCLUDE ItemID WHERE Items.SPECIES IN ($KIND)");
    const { itemList = [] } = await get("plain", {
      numResults: 10,
      filterArn: cats,
      promotions: [{ name: "dogs", percentPromotedItems: 50, filterArn: kind, filterValues: { KIND: '"dog"' } }],
    });
    expect(new Set(ids(itemList)).size).toBe(10);
    const kinds = itemList.map(({ itemId, promotionName }) => `${itemId?.split("-")[0]} ${promotionName ?? "own"}`);
    expect(kinds.sort()).toEqual([...Array(5).fill("cat own"), ...Array(5).fill("dog dogs")]);
  });

  test("carry their reason in version 2", async () => {
    const filterArn = await on.filter(groupArn, 'INCLUDE ItemID WHERE Items.SPECIES IN ("dog")');
    const promotions = [{ name: "dogs", percentPromotedItems: 20, filterArn }];
    const { itemList = [] } = await get("v2", { numResults: 10, promotions });
    const reasons = itemList.filter(({ promotionName }) => promotionName !== undefined).map(({ reason }) => reason);
    expect(reasons).toEqual([["Promoted item"], ["Promoted item"]]);
  });
});

describe("metadata", () => {
  const metadataColumns = { ITEMS: ["SPECIES", "AGE"] };

  test("comes with version 2 without asking the campaign, at most 50 results", async () => {
    const { itemList = [] } = await get("v2", { metadataColumns, numResults: 2 });
    for (const { itemId, metadata } of itemList) {
      expect(metadata).toEqual({ SPECIES: itemId?.split("-")[0], AGE: String(pets.indexOf(itemId ?? "") % 5) });
    }
    await expect(get("v2", { metadataColumns, numResults: 51 })).rejects.toThrow("from 1 to 50 with metadata");
  });

  test("needs the campaign's consent in version 1, and real columns", async () => {
    const { itemList = [] } = await get("curious", { metadataColumns, numResults: 1 });
    expect(itemList).toMatchObject([{ metadata: { SPECIES: itemList[0]?.itemId?.split("-")[0] } }]);
    await expect(get("plain", { metadataColumns })).rejects.toThrow("enableMetadataWithRecommendations");
    await expect(get("v2", { metadataColumns: { ITEMS: ["COLOUR"] } })).rejects.toThrow("COLOUR is not a column");
    await expect(get("v2", { metadataColumns: { USERS: ["HOME"] } })).rejects.toThrow("only ITEMS have metadata");
  });
});

test("a filter that leaves version 2 short is filled with popular items that pass it, without scores", async () => {
  const filled = await on.filled();
  const { trackingId } = await on.tracker(filled.groupArn);
  const version = await on.version(await on.solution(filled.groupArn, "aws-user-personalization-v2"));
  const campaignArn = await on.campaign(version.arn);
  const filterArn = await on.filter(filled.groupArn, 'INCLUDE ItemID WHERE Items.SPECIES IN ("bird")');
  const birds = ["owl", "jay", "emu"].map((itemId) => ({ itemId, properties: '{"species":"bird"}' }));
  await on.events.putItems({ datasetArn: filled.items, items: birds });
  for (const itemId of ["jay", "owl", "jay"]) {
    const sentAt = new Date(on.account.clock.now());
    await on.events.putEvents({ trackingId, sessionId: "s", eventList: [{ eventType: "View", itemId, sentAt }] });
  }
  // No one has looked at the emu: it is not popular.
  expect((await get("", { campaignArn, filterArn })).itemList).toEqual([
    { itemId: "jay", reason: ["Popular item"] },
    { itemId: "owl", reason: ["Popular item"] },
  ]);
  expect((await get("", { campaignArn, filterArn, numResults: 1 })).itemList).toHaveLength(1);
});

test("version 1 gives no reasons, also for explored items", async () => {
  const { itemList = [] } = await get("curious");
  expect(itemList.length).toBeGreaterThan(0);
  expect(itemList.filter(({ reason }) => reason !== undefined)).toEqual([]);
});

test("exploration gives its places to items that are young enough", async () => {
  const { itemList } = await get("curious", { numResults: 5 });
  // Ages run from one day on, in the catalogue's order; the age counts to the latest interaction,
  // not to now.
  expect(ids(itemList).sort()).toEqual(pets.slice(0, 5).sort());
});

test("every request is counted by campaign", async () => {
  const seen: string[] = [];
  const off = on.account.host.on("metric", ({ name, dimensions }) => {
    if (dimensions.CampaignArn === campaigns.plain) seen.push(name);
  });
  await get("plain");
  await expect(get("plain", { numResults: 900 })).rejects.toThrow();
  off();
  expect(seen).toEqual(["GetRecommendations", "GetRecommendationsLatency", "GetRecommendations4xxErrors"]);
});
