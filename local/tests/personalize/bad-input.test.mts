/**
 * Wrong data: each has one defined answer, and the account keeps running. One account gets all of
 * it.
 */
import {
  PutEventsCommand,
  type PutEventsCommandInput,
  type Event as SentEvent,
} from "@aws-sdk/client-personalize-events";
import { describe, expect, test } from "vitest";
import { interactionFields, itemFields, start, writeCatalogue } from "../../record/personalize/pets.ts";
import { openStage } from "./stage.mts";

const on = await openStage();
/** One group takes all of it; a FULL import replaces what was there. */
const groupArn = await on.group();
const interactions = await on.dataset(groupArn, "Interactions", interactionFields);
const items = await on.dataset(groupArn, "Items", itemFields);
const { trackingId } = await on.tracker(groupArn);

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

/** Trains on the rows; the items are 20 cats and 20 dogs. */
async function trained(csv: string, recipe = "aws-user-personalization") {
  expect((await on.load(interactions, csv))?.status).toBe("ACTIVE");
  expect((await on.load(items, writeCatalogue()))?.status).toBe("ACTIVE");
  return on.version(await on.solution(groupArn, recipe));
}

const recommended = async (campaignArn: string, userId: string, filterArn?: string) => {
  return (await on.runtime.getRecommendations({ campaignArn, userId, filterArn, numResults: 500 })).itemList ?? [];
};
const ranked = async (campaignArn: string, userId: string, inputList: string[], filterArn?: string) => {
  return (
    (await on.runtime.getPersonalizedRanking({ campaignArn, userId, filterArn, inputList })).personalizedRanking ?? []
  );
};

test("a training fails with more than ten event types", async () => {
  const version = await trained(
    rows(
      (i) => [`u${i % 100}`, `cat-${i % 20}`, second + i],
      (i) => `type-${i % 11}`,
    ),
  );
  expect(version).toMatchObject({
    status: "CREATE FAILED",
    failureReason: "The Interactions dataset has 11 event types; training takes 10 at most.",
  });
});

const sent = async (event: Partial<SentEvent>, body = (text: string) => text) => {
  const input: PutEventsCommandInput = {
    trackingId,
    sessionId: "s",
    userId: "u",
    eventList: [{ eventType: "View", itemId: "cat-1", sentAt: new Date(start), ...event }],
  };
  const command = new PutEventsCommand(input);
  command.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { body: Uint8Array };
      const changed = new TextEncoder().encode(body(new TextDecoder().decode(request.body)));
      return next({ ...args, request: Object.assign(request, { body: changed }) });
    },
    { step: "build" },
  );
  return on.events.send(command);
};

test("a streamed time in milliseconds is refused, naming the member", async () => {
  await expect(sent({ sentAt: new Date(start * 1000) })).rejects.toMatchObject({
    name: "InvalidInputException",
    message: "eventList[0].sentAt is 1767225600000; it must be a Unix time in seconds, not in milliseconds.",
  });
  const properties = JSON.stringify({ species: "cat", creationTimestamp: start });
  const put = on.events.putItems({ datasetArn: items, items: [{ itemId: "cat-1", properties }] });
  await expect(put).rejects.toMatchObject({
    name: "InvalidInputException",
    message:
      "items[0].properties.creationTimestamp is 1767225600000; it must be a Unix time in seconds, not in milliseconds.",
  });
});

describe("a model answers all the same", () => {
  test("everything at one time: every item, with scores that sum to one", async () => {
    const version = await trained(rows((i) => [`u${i % 100}`, `cat-${Math.floor(i / 100)}`, second]));
    expect(version).toMatchObject({ status: "ACTIVE", failureReason: undefined });
    const list = await recommended(await on.campaign(version.arn), "u1");
    expect(list).toHaveLength(40);
    expect(list.reduce((sum, { score = Number.NaN }) => sum + score, 0)).toBeCloseTo(1, 6);
  });

  test("items without interactions are in the list and in the ranking, with a score", async () => {
    const version = await trained(rows((i) => [`u${i % 100}`, `cat-${i % 20}`, second + i]));
    const list = await recommended(await on.campaign(version.arn), "u1");
    const dogs = list.filter(({ itemId }) => itemId?.startsWith("dog"));
    expect(dogs).toHaveLength(20);
    expect(dogs.every(({ score = 0 }) => score > 0)).toBe(true);
    const ranking = await on.version(await on.solution(groupArn, "aws-personalized-ranking"));
    const [first, last] = await ranked(await on.campaign(ranking.arn), "u1", ["dog-1", "cat-1"]);
    expect([first?.itemId, last?.itemId]).toEqual(["cat-1", "dog-1"]);
    expect(last?.score).toBeGreaterThan(0);
  });

  test("ids of 256 characters and emoji are ranked like others", async () => {
    const long = "🐈".repeat(128);
    const version = await trained(
      rows((i) => [`🧑‍🌾${i % 100}`, i % 3 === 0 ? long : `cat-${i % 20}`, second + i]),
      "aws-personalized-ranking",
    );
    const list = await ranked(await on.campaign(version.arn), "🧑‍🌾1", ["stranger's", "dog-1", long]);
    expect(list.slice(0, 2).map(({ itemId }) => itemId)).toContain(long);
    expect(list.find(({ itemId }) => itemId === long)?.score).toBeGreaterThan(0);
    expect(list[2]).toEqual({ itemId: "stranger's", score: 0 });
  });
});

describe("a request that nothing answers", async () => {
  const { groupArn: filledGroup } = await on.filled();
  const campaigns: Record<string, string> = {};
  for (const recipe of ["aws-user-personalization", "aws-user-personalization-v2", "aws-personalized-ranking"]) {
    const version = await on.version(await on.solution(filledGroup, recipe));
    campaigns[recipe] = await on.campaign(version.arn);
  }
  const campaign = (recipe: string) => campaigns[recipe] ?? "";

  test("a filter that excludes everything gives empty lists", async () => {
    const filterArn = await on.filter(filledGroup, "INCLUDE ItemID WHERE Items.AGE > 99");
    expect(await recommended(campaign("aws-user-personalization"), "user-0", filterArn)).toEqual([]);
    expect(await recommended(campaign("aws-user-personalization-v2"), "user-0", filterArn)).toEqual([]);
    const list = await ranked(campaign("aws-personalized-ranking"), "user-0", ["cat-1", "stranger's"], filterArn);
    expect(list).toEqual([]);
  });
});
