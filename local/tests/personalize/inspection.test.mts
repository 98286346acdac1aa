import { expect, test } from "vitest";
import { openStage } from "./stage.mts";

const on = await openStage();
const { groupArn } = await on.filled();
const version = await on.version(await on.solution(groupArn, "aws-user-personalization"));
const itemExplorationConfig = { explorationWeight: "0.5", explorationItemAgeCutOff: "65000" };
const campaignArn = await on.campaign(version.arn, { itemExplorationConfig });

const placeOf = (arn: string) => {
  const [, , , region = "", account = ""] = arn.split(":");
  return { account, region };
};
const inspection = () => on.account.personalize.inspection;

test("an earlier answer is repeated by its recommendation id, with what was explored", async () => {
  const request = { campaignArn, userId: "user-0", numResults: 10 };
  const { itemList = [], recommendationId = "" } = await on.runtime.getRecommendations(request);
  const answer = inspection().answer(placeOf(groupArn), request, recommendationId) ?? [];
  expect(answer.map(({ itemId, score }) => ({ itemId, score }))).toEqual(itemList);
  const explored = answer.map(({ reason }) => reason?.includes("Exploration") ?? false);
  expect(new Set(explored)).toEqual(new Set([true, false]));
});

test("users are found by a part of their id, with the number of their events", () => {
  const { known, found } = inspection().users(placeOf(groupArn), groupArn, "user-1", 2);
  expect(known).toBeGreaterThan(2);
  expect(found).toHaveLength(2);
  for (const { id, events } of found) {
    expect(id).toContain("user-1");
    expect(inspection().events(placeOf(groupArn), groupArn, id, 1_000)).toHaveLength(events);
  }
});

test("a streamed event is the newest of its session", async () => {
  const { trackingId } = await on.tracker(groupArn);
  const eventList = [{ sentAt: new Date(on.account.clock.now()), eventType: "view", itemId: "cat-1" }];
  await on.events.putEvents({ trackingId, sessionId: "visit", eventList });
  const [newest] = inspection().events(placeOf(groupArn), groupArn, "visit", 10);
  expect(newest).toMatchObject({ itemId: "cat-1", source: "streamed" });
});

test("items are listed once each, imported or put, with their columns", async () => {
  const ids = Array.from(inspection().items(placeOf(groupArn), groupArn), ({ id, columns }) => {
    expect(columns).toEqual(inspection().item(placeOf(groupArn), groupArn, id));
    return id;
  });
  expect(ids).toContain("cat-1");
  expect(new Set(ids).size).toBe(ids.length);
});
