// Contextual metadata: a column of a schema's own, imported and streamed, learned at the training,
// and asked with. The guide, "Increasing recommendation relevance with contextual metadata", says
// that the two personalising recipes use it.

import { expect, test } from "vitest";
import { computeContextRatios, countContexts } from "../../account/services/personalize/recommender/data/context.ts";
import { interactionFields, itemFields, start, writeCatalogue } from "../../record/personalize/pets.ts";
import { openStage, type Stage } from "./stage.mts";

/** 60 users who look at cats on a phone and at dogs on a desktop, 20 views each. */
function writeDeviceViews(): string {
  const rows = Array.from({ length: 1_200 }, (_, i) => {
    const onPhone = Math.floor(i / 60) % 2 === 0;
    const pet = `${onPhone ? "cat" : "dog"}-${(i * 7) % 20}`;
    return `user-${i % 60},${pet},${start / 1000 - 86_400 + i * 60},View,,${onPhone ? "phone" : "desktop"}`;
  });
  return [`${interactionFields.map(({ name }) => name).join(",")},DEVICE`, ...rows].join("\n");
}

const campaigns: Record<string, string> = {};
const exploreNothing = { itemExplorationConfig: { explorationWeight: "0" } };

async function trainAs(name: string, recipe: string, more: Parameters<Stage["solution"]>[2] = {}) {
  const version = await on.version(await on.solution(groupArn, recipe, more));
  campaigns[name] = await on.campaign(version.arn, recipe.endsWith("ranking") ? undefined : exploreNothing);
}

const on = await openStage();
const groupArn = await on.group();
const device = { name: "DEVICE", type: ["null", "string"], categorical: true };
const interactions = await on.dataset(groupArn, "Interactions", [...interactionFields, device]);
const items = await on.dataset(groupArn, "Items", itemFields);
await on.load(interactions, writeDeviceViews());
await on.load(items, writeCatalogue());
await trainAs("first", "aws-user-personalization");
await trainAs("ranking", "aws-personalized-ranking");
const excludedDatasetColumns = { INTERACTIONS: ["DEVICE"] };
await trainAs("without", "aws-user-personalization", {
  solutionConfig: { trainingDataConfig: { excludedDatasetColumns } },
});

const ask = async (campaign: string, context?: Record<string, string>) => {
  const input = { campaignArn: campaigns[campaign], userId: "stranger", numResults: 10, ...(context && { context }) };
  const { itemList = [] } = await on.runtime.getRecommendations(input);
  return itemList;
};
const speciesOf = (items: readonly { itemId?: string | undefined }[]) => [
  ...new Set(items.map(({ itemId = "" }) => itemId.split("-")[0])),
];

test("recommendations are those for the device that a request names", async () => {
  expect(speciesOf(await ask("first", { DEVICE: "phone" }))).toEqual(["cat"]);
  expect(speciesOf(await ask("first", { DEVICE: "desktop" }))).toEqual(["dog"]);
});

test("without a context, and with a device that no interaction had, they are the usual ones", async () => {
  const usual = await ask("first");
  expect(usual.map(({ score }) => score)).toEqual(Array.from({ length: 10 }, () => 1 / 40));
  expect(await ask("first", { DEVICE: "watch" })).toEqual(usual);
});

test("scores are still the shares of all items", async () => {
  const input = { campaignArn: campaigns.first, userId: "stranger", numResults: 500, context: { DEVICE: "phone" } };
  const { itemList = [] } = await on.runtime.getRecommendations(input);
  expect(itemList.reduce((sum, { score = 0 }) => sum + score, 0)).toBeCloseTo(1, 5);
});

test("a ranking follows the device too", async () => {
  const rank = async (DEVICE: string) => {
    const input = {
      campaignArn: campaigns.ranking,
      userId: "stranger",
      inputList: ["cat-1", "dog-1"],
      context: { DEVICE },
    };
    const { personalizedRanking = [] } = await on.runtime.getPersonalizedRanking(input);
    return personalizedRanking.map(({ itemId }) => itemId);
  };
  expect(await rank("phone")).toEqual(["cat-1", "dog-1"]);
  expect(await rank("desktop")).toEqual(["dog-1", "cat-1"]);
});

test("a solution that leaves the column out does not learn it", async () => {
  expect(await ask("without", { DEVICE: "phone" })).toEqual(await ask("without"));
});

test("the devices of live events count after the next training, as imported ones do", async () => {
  const { trackingId } = await on.tracker(groupArn);
  for (let call = 0; call < 30; call++) {
    const eventList = Array.from({ length: 10 }, (_, i) => ({
      eventType: "View",
      itemId: `dog-${(call + i) % 5}`,
      sentAt: new Date(start + 1000 * (10 * call + i)),
      properties: '{"device":"tablet"}',
    }));
    await on.events.putEvents({ trackingId, sessionId: `s-${call}`, userId: `live-${call}`, eventList });
  }
  expect(await ask("first", { DEVICE: "tablet" })).toEqual(await ask("first"));
  await trainAs("second", "aws-user-personalization");
  const best = (await ask("second", { DEVICE: "tablet" })).slice(0, 5).map(({ itemId }) => itemId);
  expect(best.sort()).toEqual(["dog-0", "dog-1", "dog-2", "dog-3", "dog-4"]);
});

test("a row without a value counts neither for a value nor against one", () => {
  const column = (values: string[], ...codes: number[]) => ({ values, codes: Int32Array.from(codes) });
  const table = {
    userIds: column(["u"], 0, 0, 0, 0),
    itemIds: column(["a", "b"], 0, 0, 1, 1),
    timestamps: new Float64Array(4),
    eventTypes: column([]),
    contexts: { DEVICE: column(["phone", "", "desktop"], 0, 1, 2, 1) },
  };
  const counted = countContexts(table, ["a", "b", "c"]);
  const [a = 0, b = 0, c = 0] = computeContextRatios(counted, { DEVICE: "phone" }) ?? [];
  expect([a > 1, b < 1, c]).toEqual([true, true, 1]);
  // Half of the interactions with a value are on a phone.
  expect(a).toBeCloseTo((20 + 1 / 0.5) / 21, 10);
  const unknown: Record<string, string>[] = [{}, { DEVICE: "watch" }, { DEVICE: "" }, { OTHER: "phone" }];
  for (const context of unknown) expect(computeContextRatios(counted, context)).toBeUndefined();
});
