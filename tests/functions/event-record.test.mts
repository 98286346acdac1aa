import { describe, expect, test } from "vitest";
import { visitorEvent } from "../../functions/ingestion/events/event-schema.ts";
import { readRecord, seedColumns } from "./ingestion.mts";

const schema = visitorEvent(["DetailView", "Favorite"], seedColumns);
const metadata = {
  animal_species_id: "2",
  animal_primary_breed_id: "Beagle",
  animal_size_id: "2",
  animal_age_id: "3",
};
const event = { sessionId: "s-7f3a", eventType: "DetailView", animalMetadata: metadata };
const itemEvent = { sessionId: "s-7f3a", eventType: "DetailView", itemId: "sku-1" };

const recordOf = (data: string | Buffer) => ({
  eventID: "shardId-000000000001:4957",
  kinesis: {
    data: Buffer.from(data).toString("base64"),
    sequenceNumber: "4957",
    approximateArrivalTimestamp: 1_732_406_400.5,
  },
});
const read = (value: unknown) => readRecord(recordOf(JSON.stringify(value)), schema);
const interactionOf = (value: unknown) => {
  const found = read(value);
  if ("reason" in found) throw new Error(found.reason);
  return found.interaction;
};
const reasonOf = (data: string | Buffer) => {
  const found = readRecord(recordOf(data), schema);
  return "reason" in found ? found.reason : "accepted";
};

describe("a good record", () => {
  test("becomes an interaction with the group as item, the arrival as time and the record as id", () => {
    expect(interactionOf({ userId: "10042", ...event })).toMatchObject({
      userId: "10042",
      sessionId: "s-7f3a",
      event: {
        eventId: "shardId-000000000001:4957",
        sentAt: new Date(1_732_406_400_500),
        eventType: "DetailView",
        itemId: "2-Beagle-2-3",
      },
    });
  });

  test("may have keys that are not known here, for the archive", () => {
    const more = {
      ...event,
      userID: "10042",
      device: { os: "x" },
      animalMetadata: { ...metadata, animal_name: "Rex" },
    };
    expect(interactionOf(more)).toMatchObject({ userId: undefined, event: { itemId: "2-Beagle-2-3" } });
  });

  test("may be wrapped as Data with the partition key", () => {
    expect(interactionOf({ Partitionkey: "s-7f3a", Data: event }).event.itemId).toBe("2-Beagle-2-3");
  });

  // The longest item id of the service: Event.itemId in the model of personalize-events.
  test.each(["sku-1", "9b2e4c1a-0c1d-4b52-8f3e-6a7b8c9d0e1f", "i".repeat(256)])(
    "may have the catalogue's own item id: %s",
    (itemId) => {
      expect(interactionOf({ ...itemEvent, itemId }).event.itemId).toBe(itemId);
      expect(interactionOf({ ...itemEvent, itemId, animalMetadata: null }).event.itemId).toBe(itemId);
    },
  );

  test("keeps the producer's id, time, value and recommendation", () => {
    const extra = { eventId: "e-1", timestamp: 1_700_000_000, eventValue: "2.5", recommendationId: "RID-1" };
    expect(interactionOf({ ...event, ...extra }).event).toEqual({
      eventId: "e-1",
      sentAt: new Date(1_700_000_000_000),
      eventType: "DetailView",
      itemId: "2-Beagle-2-3",
      eventValue: 2.5,
      recommendationId: "RID-1",
    });
  });
});

test("the item of an event with metadata and an item id is the metadata's group, as in a list to re-rank", () => {
  expect(interactionOf({ ...event, itemId: "pet-551" }).event.itemId).toBe(interactionOf(event).event.itemId);
});

describe("an impression", () => {
  test("is the list of the items that the visitor saw; numbers become texts", () => {
    expect(interactionOf({ ...itemEvent, impression: ["sku-1", 2, "sku-3"] }).event.impression).toEqual([
      "sku-1",
      "2",
      "sku-3",
    ]);
  });

  test("may be null or empty: the service takes no empty list", () => {
    expect(interactionOf({ ...itemEvent, impression: null }).event).not.toHaveProperty("impression");
    expect(interactionOf({ ...itemEvent, impression: [] }).event).not.toHaveProperty("impression");
  });

  // Impression and ItemId in the model of personalize-events: 1 to 25 ids of 1 to 256 characters.
  test.each<[unknown, string]>([
    [Array.from({ length: 26 }, (_, i) => `sku-${i}`), "impression: has more than 25 items"],
    ["sku-1|sku-2", "impression: must be a list of item ids"],
    [["sku-1", ""], "impression[1]: is empty"],
    [[{ itemId: "sku-1" }], "impression[0]: must be text or a number"],
  ])("is refused: %j", (impression, reason) => {
    expect(reasonOf(JSON.stringify({ ...itemEvent, impression }))).toBe(reason);
  });
});

describe("a bad record is refused with the field and the reason", () => {
  const { sessionId: _session, ...withoutSession } = event;
  test.each<[string, string | Buffer, string]>([
    ["no bytes", "", "record: is empty"],
    ["not JSON", "hello", "record: is not JSON"],
    ["JSON on several lines", JSON.stringify(event, null, 2), "record: is more than one line; send JSON on one line"],
    ["not UTF-8", Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), "record: is not UTF-8"],
    ["900 KB", `"${"x".repeat(921_598)}"`, "record: has 921600 bytes; an event has at most 10240"],
    ["null", "null", "event: must be a JSON object"],
    ["no session", JSON.stringify(withoutSession), "sessionId: is missing"],
    [
      "names in another case",
      JSON.stringify({ session_id: "s-1", eventtype: "DetailView", ItemID: "2-Pug-1-4" }),
      "sessionId: is missing; it has session_id: did you mean sessionId?; eventType: is missing; it has eventtype: did " +
        "you mean eventType?; event: has neither animalMetadata nor itemId; must have one of them; it has ItemID: did " +
        "you mean itemId?",
    ],
    [
      "a name in another case below a member",
      JSON.stringify({
        ...event,
        animalMetadata: { ...event.animalMetadata, animal_size_id: undefined, animalSizeId: "1" },
      }),
      "animalMetadata.animal_size_id: is missing; it has animalSizeId: did you mean animal_size_id?",
    ],
    [
      "a misspelt name, beside one that is only like it",
      JSON.stringify({
        ...event,
        animalMetadata: { ...event.animalMetadata, animal_size_id: undefined, animal_siz: "1" },
      }),
      "animalMetadata.animal_size_id: is missing; it has animal_siz: did you mean animal_size_id?",
    ],
    [
      "a known member that is like the missing one",
      JSON.stringify({ ...event, animalMetadata: { ...event.animalMetadata, animal_size_id: undefined } }),
      "animalMetadata.animal_size_id: is missing",
    ],
    [
      "a misspelt update",
      JSON.stringify({ itemupdate: { itemId: "2-Pug-1-4", available: false } }),
      "sessionId: is missing; eventType: is missing; event: has neither animalMetadata nor itemId; must have one of " +
        "them; it has itemupdate: did you mean itemUpdate?",
    ],
    [
      "a misspelt wrapper",
      JSON.stringify({ PartitionKey: "s-1", Data: event }),
      "sessionId: is missing; eventType: is missing; event: has neither animalMetadata nor itemId; must have one of " +
        "them; it has PartitionKey: did you mean Partitionkey?",
    ],
    [
      "a misspelt event in a wrapper",
      JSON.stringify({ Partitionkey: "s-1", data: event }),
      "sessionId: is missing; eventType: is missing; event: has neither animalMetadata nor itemId; must have one of " +
        "them; it has data: did you mean Data?",
    ],
    [
      "a date of the producer",
      JSON.stringify({ ...event, sessionId: undefined, date: "2026-03-01" }),
      "sessionId: is missing",
    ],
    [
      "a value that a 32-bit number has no room for",
      JSON.stringify({ ...event, eventValue: 1e39 }),
      "eventValue: must be between -3.4e+38 and 3.4e+38",
    ],
    [
      "an event type that the stack does not have",
      JSON.stringify({ ...event, eventType: "detailview" }),
      "eventType: is not one of this stack's event types (DetailView, Favorite); did you mean DetailView?",
    ],
    [
      "neither metadata nor item id",
      JSON.stringify({ ...event, animalMetadata: undefined }),
      "event: has neither animalMetadata nor itemId; must have one of them",
    ],
  ])("%s", (_what, data, reason) => {
    expect(reasonOf(data)).toBe(reason);
  });
});

test("a producer's clock may be five minutes ahead of the stream's, and no more", () => {
  const arrival = recordOf(Buffer.alloc(0)).kinesis.approximateArrivalTimestamp;
  expect(interactionOf({ ...event, timestamp: arrival + 300 }).event.sentAt).toEqual(new Date((arrival + 300) * 1000));
  expect(reasonOf(JSON.stringify({ ...event, timestamp: arrival + 301 }))).toContain("later than the record's arrival");
});
