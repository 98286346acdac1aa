import { GetPersonalizedRankingCommand, GetRecommendationsCommand } from "@aws-sdk/client-personalize-runtime";
import { afterAll, beforeAll, expect, test } from "vitest";
import { catalogue, interactionFields, itemFields, type Stage, stage, start } from "./stage.ts";

let on: Stage;
beforeAll(async () => {
  on = await stage();
});
afterAll(() => on.close());

const second = start / 1000 - 86_400;
/** 1,500 views; who, what and when by the number of the row. */
const rows = (
  row: (i: number) => readonly [user: string, item: string, time: number],
  type: (i: number) => string = () => "View",
) =>
  [
    "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE,EVENT_VALUE",
    ...Array.from({ length: 1_500 }, (_, i) => `${row(i).join(",")},${type(i)},`),
  ].join("\n");

/** Trains on the rows, in a group whose items are cats and dogs. */
async function trained(csv: string, recipe = "aws-user-personalization") {
  const groupArn = await on.group();
  const interactions = await on.dataset(groupArn, "Interactions", interactionFields);
  const items = await on.dataset(groupArn, "Items", itemFields);
  expect((await on.load(interactions, csv))?.status).toBe("ACTIVE");
  expect((await on.load(items, catalogue()))?.status).toBe("ACTIVE");
  return on.version(await on.solution(groupArn, recipe));
}

test("interactions of one user only: too few users, with the number", async () => {
  const version = await trained(rows((i) => ["lonely", `cat-${i % 20}`, second + i]));
  expect(version.status).toBe("CREATE FAILED");
  expect(version.failureReason).toMatch(/25 users.*\b1\b|\b1 user/);
});

test("copies of one row only: too few interactions, with the number", async () => {
  const version = await trained(rows(() => ["copied", "cat-1", second]));
  expect(version.status).toBe("CREATE FAILED");
  expect(version.failureReason).toMatch(/\b1\b/);
});

test("more than ten event types: the training fails with the number", async () => {
  const version = await trained(
    rows(
      (i) => [`u${i % 100}`, `cat-${i % 20}`, second + i],
      (i) => `type-${i % 11}`,
    ),
  );
  expect(version).toMatchObject({
    status: "CREATE FAILED",
    failureReason: expect.stringMatching(/11 event types.* 10/),
  });
});

test("everything at one time trains, and answers", async () => {
  const version = await trained(rows((i) => [`u${i % 100}`, `cat-${Math.floor(i / 100)}`, second]));
  expect(version).toMatchObject({ status: "ACTIVE" });
  const campaignArn = await on.campaign(version.arn);
  const { itemList = [] } = await on.runtime.send(new GetRecommendationsCommand({ campaignArn, userId: "u1" }));
  expect(itemList).toHaveLength(25);
  expect(itemList.every(({ score }) => Number.isFinite(score))).toBe(true);
});

test("ids of 256 characters and emoji are ranked like others", async () => {
  const long = "🐈".repeat(128);
  const version = await trained(
    rows((i) => [`🧑‍🌾${i % 100}`, i % 3 === 0 ? long : `cat-${i % 20}`, second + i]),
    "aws-personalized-ranking",
  );
  const campaignArn = await on.campaign(version.arn);
  const { personalizedRanking = [] } = await on.runtime.send(
    new GetPersonalizedRankingCommand({ campaignArn, userId: "🧑‍🌾1", inputList: ["nobody's", "dog-1", long] }),
  );
  expect(personalizedRanking.slice(0, 2).map(({ itemId }) => itemId)).toContain(long);
  expect(personalizedRanking.find(({ itemId }) => itemId === long)?.score).toBeGreaterThan(0);
  expect(personalizedRanking[2]).toEqual({ itemId: "nobody's", score: 0 });
});
