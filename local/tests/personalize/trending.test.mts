import { expect, test } from "vitest";
import { hour, minute } from "../../record/personalize/pets.ts";
import { openStage } from "./stage.mts";

// "You don't have to manually create a new solution version for Trending-Now to consider new items
// in interactions data", "If you import zero interactions over the last two time intervals, Amazon
// Personalize recommends only popular items", and a refresh every two hours where the interval is
// longer (guide, "Trending-Now recipe").

const on = await openStage();
const { groupArn } = await on.filled();
const { trackingId } = await on.tracker(groupArn);

/** A campaign of a recipe, and its first items. */
async function deploy(recipe: string, trend_discovery_frequency?: string) {
  const solutionArn = await on.solution(groupArn, recipe, {
    ...(trend_discovery_frequency && {
      solutionConfig: { featureTransformationParameters: { trend_discovery_frequency } },
    }),
  });
  const campaignArn = await on.campaign((await on.version(solutionArn)).arn);
  const first = async (numResults = 3) => {
    const { itemList = [] } = await on.runtime.getRecommendations({ campaignArn, numResults });
    return itemList.map(({ itemId }) => itemId);
  };
  return { solutionArn, campaignArn, first };
}

let visits = 0;
/** One view each by so many new visitors. */
async function view(itemId: string, times: number) {
  for (let i = 0; i < times; i++) {
    const id = `visitor-${++visits}`;
    const sentAt = new Date(on.account.clock.now());
    const eventList = [{ eventType: "View", itemId, sentAt }];
    await on.events.putEvents({ trackingId, userId: id, sessionId: id, eventList });
  }
}

test("an item whose views tripled in the interval leads without a training, until the trend is over", async () => {
  const trending = await deploy("aws-trending-now", "1 hour");
  const popular = await deploy("aws-popularity-count");
  const before = await popular.first();
  // The imported views are of the day before: nothing has happened in the last two hours.
  await on.account.clock.advance(3 * hour);
  expect(await trending.first()).toEqual(before);

  // An hour of 2 views each of six pets, then one in which one pet has three times as many.
  const others = ["cat-3", "cat-4", "cat-5", "cat-6", "cat-7"];
  for (const pet of [...others, "dog-11"]) await view(pet, 2);
  await on.account.clock.advance(hour);
  for (const pet of others) await view(pet, 2);
  await view("dog-11", 6);
  await on.account.clock.advance(59 * minute);
  expect((await trending.first(1))[0]).toBe("dog-11");
  expect(await popular.first()).toEqual(before);

  // With older views only it is the list of a Popularity-Count that is trained now.
  await on.account.clock.advance(3 * hour);
  expect(await trending.first(40)).toEqual(await (await deploy("aws-popularity-count")).first(40));
  const { solutionVersions } = await on.personalize.listSolutionVersions({ solutionArn: trending.solutionArn });
  expect(solutionVersions).toHaveLength(1);
});

test("a new item can trend, and with an interval above two hours it does so within two hours", async () => {
  const trending = await deploy("aws-trending-now", "1 day");
  // More than the imported views of any pet.
  await view("cat-new", 40);
  expect(await trending.first(40)).not.toContain("cat-new");
  await on.account.clock.advance(2 * hour);
  expect((await trending.first(1))[0]).toBe("cat-new");
});

test("a version that no campaign serves is not evaluated again", async () => {
  const { solutionArn, campaignArn } = await deploy("aws-trending-now");
  await on.personalize.deleteCampaign({ campaignArn });
  await on.account.clock.advance(minute);
  await view("dog-newer", 4);
  await on.account.clock.advance(3 * hour);
  const { solution } = await on.personalize.describeSolution({ solutionArn });
  const again = await on.campaign(solution?.latestSolutionVersion?.solutionVersionArn ?? "");
  const { itemList = [] } = await on.runtime.getRecommendations({ campaignArn: again });
  expect(itemList.map(({ itemId }) => itemId)).not.toContain("dog-newer");
});
