import { type Event, InvalidInputException } from "@aws-sdk/client-personalize-events";
import { describe, expect, test } from "vitest";
import { camelCase } from "../../account/services/personalize/formats/event-properties.ts";
import { interactionFields, minute, start, userFields, writeViews } from "../../record/personalize/pets.ts";
import { openStage } from "./stage.mts";

const on = await openStage();
const groupArn = await on.group();
const interactions = await on.dataset(groupArn, "Interactions", [
  ...interactionFields,
  { name: "NUM_VISITS", type: ["null", "int"] },
  { name: "DEVICE", type: ["null", "string"], categorical: true },
]);
const header = "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE,EVENT_VALUE,NUM_VISITS,DEVICE";
await on.load(
  interactions,
  [
    header,
    ...writeViews()
      .split("\n")
      .slice(1)
      .map((row) => `${row},1,phone`),
  ].join("\n"),
);
const items = await on.dataset(groupArn, "Items", [
  { name: "ITEM_ID", type: "string" },
  { name: "SPECIES", type: "string", categorical: true },
  { name: "CREATION_TIMESTAMP", type: ["null", "long"] },
]);
await on.load(items, "ITEM_ID,SPECIES,CREATION_TIMESTAMP\ncat-0,cat,1\ndog-0,dog,");
const filled = { groupArn, interactions, items };
const users = await on.dataset(groupArn, "Users", userFields);
const { trackingId } = await on.tracker(groupArn);
const solutionArn = await on.solution(groupArn, "aws-user-personalization");
const campaignArn = await on.campaign((await on.version(solutionArn)).arn, {
  itemExplorationConfig: { explorationWeight: "0" },
});

const event = (more: Partial<Event> = {}): Event => ({
  eventType: "View",
  itemId: "cat-1",
  sentAt: new Date(start),
  ...more,
});
const put = (eventList: Event[], userId = "u", sessionId = `session of ${userId}`) =>
  on.events.putEvents({ trackingId, sessionId, userId, eventList });
const putAnonymously = (eventList: Event[], sessionId: string) =>
  on.events.putEvents({ trackingId, sessionId, eventList });
const list = async (userId: string, more: { filterArn?: string; numResults?: number } = {}) => {
  const { itemList = [] } = await on.runtime.getRecommendations({ campaignArn, userId, ...more });
  return itemList.map(({ itemId }) => itemId);
};

test("a column's property is its name in camel case", () => {
  expect(["NUM_RATINGS", "CREATION_TIMESTAMP", "GENRE", "A_1_B"].map(camelCase)).toEqual([
    "numRatings",
    "creationTimestamp",
    "genre",
    "a1B",
  ]);
});

describe("PutEvents", () => {
  test("accepts the schema's columns as properties", async () => {
    await put([event({ eventValue: 2.5, properties: JSON.stringify({ numVisits: 3, device: "phone" }) })], "columns");
    const stored = await on.rows(filled.interactions, "PUT");
    expect(stored.filter((row) => row.startsWith("columns,"))).toEqual([
      `columns,cat-1,${start / 1000},View,2.5,3,phone`,
    ]);
  });

  test("accepts a number that is a text, as in the example of the API reference (Event)", async () => {
    await put([event({ properties: '{"numVisits":"12"}' })], "texts");
    const stored = await on.rows(filled.interactions, "PUT");
    expect(stored.filter((row) => row.startsWith("texts,"))).toEqual([`texts,cat-1,${start / 1000},View,,12,`]);
  });

  test("keeps the members that have a reserved column in it", async () => {
    const groupArn = await on.group();
    const nullable = (name: string) => ({ name, type: ["null", "string"] });
    const interactions = await on.dataset(groupArn, "Interactions", [
      ...interactionFields.slice(0, 4),
      ...["RECOMMENDATION_ID", "IMPRESSION", "EVENT_ATTRIBUTION_SOURCE"].map(nullable),
    ]);
    const { trackingId } = await on.tracker(groupArn);
    const more = { impression: ["cat-1", "dog-1"], metricAttribution: { eventAttributionSource: "newsletter" } };
    const eventList = [event({ recommendationId: "RID-of-another-time", ...more })];
    await on.events.putEvents({ trackingId, sessionId: "s", userId: "u", eventList });
    expect(await on.rows(interactions)).toEqual([
      `u,cat-1,${start / 1000},View,RID-of-another-time,cat-1|dog-1,newsletter`,
    ]);
  });

  test.each([
    ['{"colour":"red"}', ".colour is not a column of the schema"],
    ['{"numVisits":"three"}', ".numVisits must be a whole number"],
    ['{"USERID":"u"}', ".USERID must not be used"],
    ["[1]", " must be a JSON object"],
  ])("refuses the properties %s, naming what is wrong", async (properties, problem) => {
    const send = put([event({ properties })]);
    await expect(send).rejects.toThrow(InvalidInputException);
    await expect(send).rejects.toThrow(`eventList[0].properties${problem}`);
  });

  test("stores nothing of a refused call", async () => {
    await expect(put([event(), event({ itemId: undefined })], "refused")).rejects.toThrow("eventList[1].itemId");
    expect((await on.rows(filled.interactions)).filter((row) => row.startsWith("refused,"))).toEqual([]);
  });

  test("an item in the properties, as older clients write it, is the event's item", async () => {
    await put([event({ itemId: undefined, properties: '{"itemId":"dog-3"}' })], "older client");
    expect((await list("older client", { numResults: 5 })).every((id) => id?.startsWith("dog"))).toBe(true);
  });

  test("events of an anonymous session count until the next training and not after it", async () => {
    await putAnonymously(
      [0, 1, 2].map((i) => event({ itemId: `dog-${i}` })),
      "anonymous",
    );
    expect(await list("anonymous")).not.toEqual(await list("stranger"));
    const next = await on.version(solutionArn);
    const second = await on.campaign(next.arn, { itemExplorationConfig: { explorationWeight: "0" } });
    const of = async (userId: string) =>
      (await on.runtime.getRecommendations({ campaignArn: second, userId })).itemList;
    expect(await of("anonymous")).toEqual(await of("stranger"));
  });

  test("streamed events outlive a FULL import", async () => {
    await put(
      [0, 1, 2].map((i) => event({ itemId: `dog-${i}` })),
      "survivor",
    );
    const before = await list("survivor");
    const rows = writeViews()
      .split("\n")
      .map((row, i) => `${row},${i === 0 ? "NUM_VISITS,DEVICE" : ","}`);
    expect(await on.load(filled.interactions, rows.join("\n"))).toMatchObject({ status: "ACTIVE" });
    expect(await list("survivor")).toEqual(before);
  });

  test("are counted in CloudWatch's namespace by tracker: successes with their latency, and errors", async () => {
    const seen: string[] = [];
    const off = on.account.host.on("metric", ({ namespace, name, dimensions }) => {
      if (namespace === "AWS/Personalize") seen.push(`${name} ${Object.keys(dimensions)}`);
    });
    await put([event()]);
    await expect(put([event({ itemId: undefined })])).rejects.toThrow();
    off();
    const by = "DatasetGroupArn,DatasetArn,EventTrackerArn";
    expect(seen).toEqual([`PutEventsRequests ${by}`, `PutEventLatency ${by}`, `PutEvents4xxErrors ${by}`]);
  });
});

describe("PutItems", () => {
  test("replace the record for filters at once", async () => {
    const filterArn = await on.filter(filled.groupArn, 'INCLUDE ItemID WHERE Items.SPECIES IN ("unicorn")');
    expect(await list("u", { filterArn })).toEqual([]);
    await on.events.putItems({
      datasetArn: filled.items,
      items: [{ itemId: "cat-0", properties: JSON.stringify({ species: "unicorn", creationTimestamp: 5 }) }],
    });
    expect(await list("u", { filterArn })).toEqual(["cat-0"]);
  });

  test("a user's column decides whether an expression applies", async () => {
    const filterArn = await on.filter(
      filled.groupArn,
      'EXCLUDE ItemID WHERE Items.SPECIES IN ("dog") IF CurrentUser.HOME = "flat"',
    );
    expect(await list("u", { filterArn, numResults: 100 })).toContain("dog-0");
    await on.load(users, "USER_ID,HOME\nu,flat");
    expect(await list("u", { filterArn, numResults: 100 })).not.toContain("dog-0");
    await on.events.putUsers({ datasetArn: users, users: [{ userId: "u", properties: '{"home":"house"}' }] });
    expect(await list("u", { filterArn, numResults: 100 })).toContain("dog-0");
    await expect(on.events.putUsers({ datasetArn: filled.items, users: [{ userId: "u" }] })).rejects.toThrow("USERS");
  });
});

test("a filter on events includes streamed events", async () => {
  const filterArn = await on.filter(filled.groupArn, 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("adopt")');
  await on.account.clock.advance(minute);
  expect(await list("adopter", { filterArn, numResults: 100 })).toContain("cat-1");
  await put([event({ eventType: "Adopt" })], "adopter");
  expect(await list("adopter", { filterArn, numResults: 100 })).not.toContain("cat-1");
});
