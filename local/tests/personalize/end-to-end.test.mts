import { expect, test } from "vitest";
import { minute, pets, start } from "../../record/personalize/pets.ts";
import { eightMetrics, openStage } from "./stage.mts";

const on = await openStage();
const { groupArn } = await on.filled();
const { trackingId } = await on.tracker(groupArn);
const solutionArn = await on.solution(groupArn, "aws-user-personalization");
const { arn: versionArn } = await on.version(solutionArn);
const campaignArn = await on.campaign(versionArn, { itemExplorationConfig: { explorationWeight: "0" } });
const ranking = await on.version(await on.solution(groupArn, "aws-personalized-ranking"));
const rankingArn = await on.campaign(ranking.arn);

const recommended = async (userId: string, numResults = 10) => {
  const { itemList = [] } = await on.runtime.getRecommendations({ campaignArn, userId, numResults });
  return itemList;
};
const species = (items: readonly { itemId?: string | undefined }[]) => items.map(({ itemId }) => itemId?.split("-")[0]);
const view = (itemId: string, seconds = 0, eventId?: string) => ({
  itemId,
  eventType: "View",
  sentAt: new Date(start + seconds * 1000),
  ...(eventId !== undefined && { eventId }),
});

test("a version is trained on the imported data and reports the eight metrics", async () => {
  const { solutionVersion } = await on.personalize.describeSolutionVersion({ solutionVersionArn: versionArn });
  expect(solutionVersion).toMatchObject({ status: "ACTIVE", trainingMode: "FULL", trainingType: "MANUAL" });
  const { metrics = {} } = await on.personalize.getSolutionMetrics({ solutionVersionArn: versionArn });
  expect(Object.keys(metrics).sort()).toEqual(eightMetrics);
});

test("a user is recommended the species that they look at", async () => {
  expect(new Set(species(await recommended("user-0")))).toEqual(new Set(["cat"]));
  expect(new Set(species(await recommended("user-1")))).toEqual(new Set(["dog"]));
});

test("scores fall along the list, and are those of all items: they sum to one", async () => {
  const list = await recommended("user-0", 500);
  expect(list.map(({ itemId }) => itemId).sort()).toEqual([...pets].sort());
  const scores = list.map(({ score = Number.NaN }) => score);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  expect(scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 6);
});

test("an event changes that user's next recommendations and no other user's", async () => {
  const before = await recommended("new user");
  const other = await recommended("user-1");
  const eventList = [0, 1, 2].map((i) => view(`dog-${i}`, i));
  await on.events.putEvents({ trackingId, userId: "new user", sessionId: "s-new", eventList });
  const after = await recommended("new user");
  expect(after).not.toEqual(before);
  expect(new Set(species(after))).toEqual(new Set(["dog"]));
  expect(await recommended("user-1")).toEqual(other);
});

test("a session asks under its own id, and its events become the user's at sign-in", async () => {
  const eventList = [0, 1, 2].map((i) => view(`cat-${i}`, i));
  await on.events.putEvents({ trackingId, sessionId: "visit", eventList });
  const asSession = await recommended("visit");
  expect(new Set(species(asSession))).toEqual(new Set(["cat"]));
  const signIn = [view("cat-3", 10)];
  await on.events.putEvents({ trackingId, sessionId: "visit", userId: "signed in", eventList: signIn });
  expect(new Set(species(await recommended("signed in")))).toEqual(new Set(["cat"]));
  expect(await recommended("visit")).toEqual(await recommended("signed in"));
});

test("an event whose id was used before is not counted again", async () => {
  const put = (itemId: string, seconds: number) =>
    on.events.putEvents({ trackingId, userId: "twice", sessionId: "s-t", eventList: [view(itemId, seconds, "one")] });
  await put("dog-1", 0);
  const once = await recommended("twice");
  await put("cat-1", 60);
  expect(await recommended("twice")).toEqual(once);
});

test("a ranking orders the input by the user's preferences and puts unknown items last with score 0", async () => {
  const inputList = ["unknown-1", "dog-4", "cat-4", "unknown-2", "dog-5", "cat-5"];
  const { personalizedRanking = [], recommendationId } = await on.runtime.getPersonalizedRanking({
    campaignArn: rankingArn,
    userId: "user-1",
    inputList,
  });
  expect(species(personalizedRanking)).toEqual(["dog", "dog", "cat", "cat", "unknown", "unknown"]);
  expect(personalizedRanking.slice(4)).toEqual([
    { itemId: "unknown-1", score: 0 },
    { itemId: "unknown-2", score: 0 },
  ]);
  const known = personalizedRanking.slice(0, 4).reduce((sum, { score = 0 }) => sum + score, 0);
  expect(known).toBeCloseTo(1, 6);
  expect(recommendationId).toMatch(/^RID-[0-9a-f-]{36}$/);
});

test("a campaign reports no update until the first, and serves the old version until the update is ACTIVE", async () => {
  const describe = async () => (await on.personalize.describeCampaign({ campaignArn })).campaign;
  expect((await describe())?.latestCampaignUpdate).toBeUndefined();
  const next = await on.version(solutionArn);
  await on.personalize.updateCampaign({ campaignArn, solutionVersionArn: next.arn });
  await on.account.clock.advance(minute);
  expect(await describe()).toMatchObject({
    status: "ACTIVE",
    solutionVersionArn: versionArn,
    latestCampaignUpdate: { status: "CREATE IN_PROGRESS", solutionVersionArn: next.arn },
  });
  await on.account.clock.advance(10 * minute);
  expect(await describe()).toMatchObject({
    status: "ACTIVE",
    solutionVersionArn: next.arn,
    latestCampaignUpdate: { status: "ACTIVE", solutionVersionArn: next.arn },
  });
});
