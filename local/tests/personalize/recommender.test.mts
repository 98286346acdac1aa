import * as sdk from "@aws-sdk/client-personalize";
import { PersonalizeRuntime, ResourceNotFoundException } from "@aws-sdk/client-personalize-runtime";
import { describe, expect, test } from "vitest";
import { hour, minute } from "../../record/personalize/pets.ts";
import { sdk as clientOf } from "../support/aws.ts";
import { sessionWith } from "../support/roles.ts";
import { all, openDomainStage, writeEvents } from "./domain-stage.mts";

// The life of a recommender: API reference, Recommender (statuses) and DescribeRecommender (its
// metrics); guide, "Domain recommenders in Amazon Personalize" (a training every seven days),
// "Updating a recommender", "Stopping a recommender", "Cleaning up domain-based resources".

const day = 24 * hour;
const mostViewed = "aws-ecomm-popular-items-by-views";
const forYou = "aws-ecomm-recommended-for-you";

const on = await openDomainStage("ECOMMERCE", writeEvents("View", all));
const { personalize, account } = on;
await on.fillItems();
const { trackingId } = await on.tracker(on.groupArn);

const remove = async (recommenderArn: string) => {
  await personalize.deleteRecommender({ recommenderArn });
  await account.clock.advance(minute);
};
let most = 30;
let visitors = 0;
/** An item gets so many new viewers that a training from now on finds none with more. */
async function makeMostViewed(itemId: string) {
  most += 30;
  for (let i = 0; i < most; i++) {
    const userId = `visitor-${++visitors}`;
    const eventList = [{ eventType: "View", itemId, sentAt: new Date(account.clock.now()) }];
    await on.events.putEvents({ trackingId, userId, sessionId: userId, eventList });
  }
}
const firstOf = async (arn: string) => (await on.ids(arn, { userId: "user-0", numResults: 1 }))[0];
/** The statuses until one stays. */
async function watch(arn: string) {
  const statuses: (string | undefined)[] = [];
  for (let i = 0; i < 600; i++) {
    const { status } = await on.describe(arn);
    if (status !== statuses.at(-1)) statuses.push(status);
    await account.clock.advance(5_000);
  }
  return statuses;
}

describe("a new recommender", () => {
  test("becomes ACTIVE, has its metrics then, and answers then", async () => {
    const arn = await on.begin(mostViewed);
    expect((await on.describe(arn)).modelMetrics).toBeUndefined();
    await expect(firstOf(arn)).rejects.toThrow(ResourceNotFoundException);
    expect(await watch(arn)).toEqual(["CREATE PENDING", "CREATE IN_PROGRESS", "ACTIVE"]);
    expect((await on.describe(arn)).modelMetrics?.coverage).toBeGreaterThan(0);
    expect(await firstOf(arn)).toBeDefined();
    await remove(arn);
  });

  test("fails when the events of its type are too few, with the guide's words", async () => {
    const arn = await on.recommender("aws-ecomm-popular-items-by-purchases");
    expect(await on.describe(arn)).toMatchObject({
      status: "CREATE FAILED",
      failureReason: "Dataset has fewer than 1000 interactions after filtering by event type: Purchase",
    });
    await remove(arn);
  });

  test("is of a use case, and of its group's domain", async () => {
    await expect(on.begin("aws-sims")).rejects.toThrow("is not the use case of a domain");
    await expect(on.begin("aws-vod-most-popular")).rejects.toThrow("is for the domain VIDEO_ON_DEMAND");
    await expect(on.begin("aws-magic")).rejects.toThrow(sdk.ResourceNotFoundException);
    await expect(on.solution(on.groupArn, mostViewed)).rejects.toThrow("it is for recommenders only");
  });

  test("has settings that its use case takes", async () => {
    const exploring = { itemExplorationConfig: { explorationWeight: "0.5" } };
    await expect(on.begin(mostViewed, exploring)).rejects.toThrow("recommenderConfig.itemExplorationConfig");
    const without = (type: string, ...columns: string[]) =>
      on.begin(forYou, { trainingDataConfig: { excludedDatasetColumns: { [type]: columns } } });
    await expect(without("ITEMS", "COLOUR")).rejects.toThrow("COLOUR, which is not a column");
    await expect(without("INTERACTIONS", "EVENT_TYPE")).rejects.toThrow("cannot exclude EVENT_TYPE");
  });

  test("is one of five in its group at most", async () => {
    const arns = [];
    for (let i = 0; i < 5; i++) arns.push(await on.begin(mostViewed));
    await expect(on.begin(mostViewed)).rejects.toThrow(sdk.LimitExceededException);
    await account.clock.advance(10 * minute);
    for (const arn of arns) await remove(arn);
  });

  test("is described and listed with its settings and tags", async () => {
    const recommenderConfig = { minRecommendationRequestsPerSecond: 2, enableMetadataWithRecommendations: true };
    const { recommenderArn = "" } = await personalize.createRecommender({
      name: "viewed",
      datasetGroupArn: on.groupArn,
      recipeArn: `arn:aws:personalize:::recipe/${mostViewed}`,
      recommenderConfig,
      tags: [{ tagKey: "team", tagValue: "shop" }],
    });
    const expected = { name: "viewed", recommenderArn, datasetGroupArn: on.groupArn, recommenderConfig };
    expect(recommenderArn).toMatch(/:recommender\/viewed$/);
    expect(await on.describe(recommenderArn)).toMatchObject(expected);
    const { recommenders } = await personalize.listRecommenders({ datasetGroupArn: on.groupArn });
    expect(recommenders).toEqual([expect.objectContaining(expected)]);
    const { tags } = await personalize.listTagsForResource({ resourceArn: recommenderArn });
    expect(tags).toEqual([{ tagKey: "team", tagValue: "shop" }]);
    await account.clock.advance(10 * minute);
    await remove(recommenderArn);
    expect((await personalize.listRecommenders()).recommenders).toEqual([]);
  });
});

test("a dataset is in use while a recommender is created, and a group while it has one", async () => {
  const arn = await on.begin(mostViewed);
  await expect(personalize.deleteDataset({ datasetArn: on.interactions })).rejects.toThrow(`is used by ${arn}`);
  await expect(personalize.deleteRecommender({ recommenderArn: arn })).rejects.toThrow(sdk.ResourceInUseException);
  await account.clock.advance(10 * minute);
  await expect(personalize.deleteDatasetGroup({ datasetGroupArn: on.groupArn })).rejects.toThrow(arn);
  await personalize.deleteRecommender({ recommenderArn: arn });
  expect(await on.describe(arn)).toMatchObject({ status: "DELETE PENDING" });
  expect((await on.describe(arn)).modelMetrics).toBeUndefined();
  await account.clock.advance(minute);
  await expect(on.describe(arn)).rejects.toThrow(sdk.ResourceNotFoundException);
});

describe("time", () => {
  test("retrains a recommender every seven days, from everything that is there then", async () => {
    const arn = await on.recommender(mostViewed);
    await makeMostViewed("dog-17");
    await account.clock.advance(6 * day);
    expect(await firstOf(arn)).not.toBe("dog-17");
    await account.clock.advance(day);
    expect(await firstOf(arn)).toBe("dog-17");
    await remove(arn);
  });

  test("retrains none that is stopped, and does so again after its start", async () => {
    const arn = await on.recommender(mostViewed);
    const before = await firstOf(arn);
    await personalize.stopRecommender({ recommenderArn: arn });
    expect(await watch(arn)).toEqual(["STOP PENDING", "STOP IN_PROGRESS", "INACTIVE"]);
    await expect(firstOf(arn)).rejects.toThrow(ResourceNotFoundException);
    await makeMostViewed("dog-18");
    await account.clock.advance(8 * day);
    await personalize.startRecommender({ recommenderArn: arn });
    expect(await watch(arn)).toEqual(["START PENDING", "START IN_PROGRESS", "ACTIVE"]);
    expect(await firstOf(arn)).toBe(before);
    await account.clock.advance(7 * day);
    expect(await firstOf(arn)).toBe("dog-18");
    await remove(arn);
  });
});

test("only an ACTIVE recommender is stopped, and only an INACTIVE one started; a stopped one can be deleted", async () => {
  const arn = await on.recommender(mostViewed);
  const { ResourceInUseException } = sdk;
  await expect(personalize.startRecommender({ recommenderArn: arn })).rejects.toThrow(ResourceInUseException);
  await personalize.stopRecommender({ recommenderArn: arn });
  await expect(personalize.stopRecommender({ recommenderArn: arn })).rejects.toThrow(ResourceInUseException);
  await account.clock.advance(2 * minute);
  const update = { recommenderArn: arn, recommenderConfig: { minRecommendationRequestsPerSecond: 2 } };
  await expect(personalize.updateRecommender(update)).rejects.toThrow(ResourceInUseException);
  await remove(arn);
  await expect(on.describe(arn)).rejects.toThrow(sdk.ResourceNotFoundException);
});

describe("an update", () => {
  test("of settings keeps the model, and the settings that it does not name", async () => {
    const arn = await on.recommender(mostViewed, { enableMetadataWithRecommendations: true });
    const before = await firstOf(arn);
    await makeMostViewed("cat-19");
    const recommenderConfig = { minRecommendationRequestsPerSecond: 3 };
    await personalize.updateRecommender({ recommenderArn: arn, recommenderConfig });
    expect((await on.describe(arn)).latestRecommenderUpdate).toMatchObject({ status: "CREATE PENDING" });
    expect(await firstOf(arn)).toBe(before);
    await account.clock.advance(10 * minute);
    expect(await on.describe(arn)).toMatchObject({
      status: "ACTIVE",
      recommenderConfig: { minRecommendationRequestsPerSecond: 3, enableMetadataWithRecommendations: true },
      latestRecommenderUpdate: { status: "ACTIVE" },
    });
    expect(await firstOf(arn)).toBe(before);
    await remove(arn);
  });

  test("of the training's columns retrains", async () => {
    const arn = await on.recommender(mostViewed);
    await makeMostViewed("cat-18");
    const trainingDataConfig = { excludedDatasetColumns: { ITEMS: ["PRICE"] } };
    await personalize.updateRecommender({ recommenderArn: arn, recommenderConfig: { trainingDataConfig } });
    await account.clock.advance(10 * minute);
    expect(await firstOf(arn)).toBe("cat-18");
    expect((await on.describe(arn)).recommenderConfig).toEqual({ trainingDataConfig });
    await remove(arn);
  });

  test("to what the recommender has begins nothing", async () => {
    const recommenderConfig = { minRecommendationRequestsPerSecond: 2 };
    const arn = await on.recommender(mostViewed, recommenderConfig);
    await personalize.updateRecommender({ recommenderArn: arn, recommenderConfig });
    expect((await on.describe(arn)).latestRecommenderUpdate).toBeUndefined();
    await remove(arn);
  });

  test("that fails on request leaves the recommender as it was", async () => {
    const arn = await on.recommender(mostViewed);
    const effect = { kind: "fail-job", message: "Injected." } as const;
    account.faults.inject({ service: "personalize", operation: "UpdateRecommender", effect });
    const recommenderConfig = { minRecommendationRequestsPerSecond: 3 };
    await personalize.updateRecommender({ recommenderArn: arn, recommenderConfig });
    await account.clock.advance(10 * minute);
    expect(await on.describe(arn)).toMatchObject({
      status: "ACTIVE",
      recommenderConfig: {},
      latestRecommenderUpdate: { status: "CREATE FAILED", failureReason: "Injected." },
    });
    await remove(arn);
  });
});

// Service Authorization Reference: CreateRecommender requires the dataset group and the
// recommender.
test("creation needs a right to the group and to the recommender, and a request one to the recommender", async () => {
  const name = on.fresh("allowed");
  const recommenderArn = on.groupArn.replace(/dataset-group.*/, `recommender/${name}`);
  const recipeArn = `arn:aws:personalize:::recipe/${mostViewed}`;
  const credentialsFor = (Action: string, Resource: string[]) =>
    sessionWith(account, on.fresh("caller"), [{ Action, Resource }]);
  const create = async (...resources: string[]) => {
    const credentials = await credentialsFor("personalize:CreateRecommender", resources);
    const client = new sdk.Personalize(clientOf(account, credentials));
    return client.createRecommender({ name, datasetGroupArn: on.groupArn, recipeArn });
  };
  await expect(create(on.groupArn)).rejects.toThrow(recommenderArn);
  await expect(create(recommenderArn)).rejects.toThrow(on.groupArn);
  await create(on.groupArn, recommenderArn);
  await account.clock.advance(10 * minute);
  const ask = async (resource: string) => {
    const credentials = await credentialsFor("personalize:GetRecommendations", [resource]);
    const client = new PersonalizeRuntime(clientOf(account, credentials));
    return client.getRecommendations({ recommenderArn, userId: "user-0" });
  };
  await expect(ask(`${recommenderArn}-other`)).rejects.toThrow(recommenderArn);
  expect((await ask(recommenderArn)).itemList).toHaveLength(25);
  await remove(recommenderArn);
});

test("a request names a campaign or a recommender, not both", async () => {
  const recommenderArn = `arn:aws:personalize:eu-west-1:000000000000:recommender/none`;
  const campaignArn = recommenderArn.replace("recommender/", "campaign/");
  for (const request of [{}, { campaignArn, recommenderArn }]) {
    await expect(on.runtime.getRecommendations({ userId: "user-0", ...request })).rejects.toThrow("One of campaignArn");
  }
});
