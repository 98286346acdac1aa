import { expect, test } from "vitest";
import { hour, minute } from "../../record/personalize/pets.ts";
import { firstTen, openDomainStage, writeEvents } from "./domain-stage.mts";

// Guide, "VIDEO_ON_DEMAND use cases": required members, datasets and event types, what is filtered
// automatically; "Trending now" is evaluated every two hours, and takes no promotion ("Promoting
// items in real-time recommendations").

// Each user clicks at ten animals of one species, and watches three of them.
const watched = (n: number) => n % 3;
const on = await openDomainStage("VIDEO_ON_DEMAND", [
  ...writeEvents("watch", watched),
  ...writeEvents("Click", firstTen),
]);

const onItems = ["aws-vod-top-picks", "aws-vod-more-like-x"];
const withoutItems = await Promise.allSettled(onItems.map((useCase) => on.begin(useCase)));
const mostPopular = await on.recommender("aws-vod-most-popular");
await on.fillItems();

test("use cases that train on items need an Items dataset, and others do not", async () => {
  const reasons = withoutItems.map((result) => (result.status === "rejected" ? String(result.reason) : "none"));
  expect(reasons).toEqual(
    onItems.map((useCase) => expect.stringContaining(`has no Items dataset, which the recipe ${useCase} needs`)),
  );
  expect(await on.describe(mostPopular)).toMatchObject({ status: "ACTIVE" });
});

const useCases = ["aws-vod-because-you-watched-x", "aws-vod-more-like-x", "aws-vod-top-picks"] as const;

test.each(useCases)("%s leaves out what the user watched, and not what others did", async (useCase) => {
  const arn = await on.recommender(useCase);
  const list = await on.ids(arn, { userId: "user-0", itemId: "dog-4", numResults: 40 });
  expect(list).toEqual(expect.arrayContaining(["dog-0", "dog-1", "cat-5"]));
  expect(list.filter((id) => /^cat-[0-2]$/.test(id))).toEqual([]);
  await expect(on.ids(arn, { itemId: "dog-4" })).rejects.toThrow("userId is missing");
});

test("Most popular lists what was watched, to each user alike", async () => {
  const list = await on.ids(mostPopular, { userId: "user-0", numResults: 6 });
  expect(list.filter((id) => !/-[0-2]$/.test(id))).toEqual([]);
  expect(await on.ids(mostPopular, { userId: "user-1", numResults: 6 })).toEqual(list);
});

test("Trending now needs no user, follows the newest events within two hours, and takes no promotion", async () => {
  const arn = await on.recommender("aws-vod-trending-now");
  const { trackingId } = await on.tracker(on.groupArn);
  for (let i = 0; i < 3; i++) {
    const sentAt = new Date(on.account.clock.now());
    const eventList = [{ eventType: "Click", itemId: "dog-19", sentAt }];
    await on.events.putEvents({ trackingId, userId: `visitor-${i}`, sessionId: `visit-${i}`, eventList });
  }
  expect(await on.ids(arn, { numResults: 1 })).not.toEqual(["dog-19"]);
  await on.account.clock.advance(2 * hour);
  expect(await on.ids(arn, { numResults: 1 })).toEqual(["dog-19"]);
  const filterArn = await on.filter(on.groupArn, 'INCLUDE ItemID WHERE Items.GENRES IN ("cat")');
  const promotions = [{ name: "cats", percentPromotedItems: 50, filterArn }];
  await expect(on.ids(arn, { promotions })).rejects.toThrow("promotions is not available for the recipe");
});

test("custom resources of a domain's group work as in a custom one", async () => {
  const version = await on.version(await on.solution(on.groupArn, "aws-similar-items"));
  const campaignArn = await on.campaign(version.arn);
  await on.account.clock.advance(minute);
  const { itemList } = await on.runtime.getRecommendations({ campaignArn, itemId: "cat-1", numResults: 3 });
  expect(itemList).toHaveLength(3);
});
