import { expect, test } from "vitest";
import { copyRecord } from "../../../cli/recovery/replay/copy-record.ts";
import { visitorEvent } from "../../../functions/ingestion/events/event-schema.ts";
import { itemUpdate } from "../../../functions/ingestion/items/item-update-schema.ts";

const itemFields = [
  { name: "ITEM_ID", type: "string" },
  { name: "PRICE", type: ["float", "null"] },
];
const columns = [{ name: "DEVICE", type: ["null", "string"] }];
const rules = {
  event: visitorEvent(["DetailView"], columns),
  itemUpdate: itemUpdate(),
  fields: { itemUpdate: itemFields },
};
const beagle = { animal_species_id: "2", animal_primary_breed_id: "Beagle", animal_size_id: "2", animal_age_id: "3" };
const view = { sessionId: "s-1", eventType: "DetailView", animalMetadata: beagle };
const arrivedAt = new Date("2026-07-28T09:15:30.123Z");
const now = new Date("2026-07-29T12:00:00Z");

const replay = (event: unknown) => {
  const bytes = Buffer.from(typeof event === "string" ? event : JSON.stringify(event));
  const result = copyRecord({ id: "shardId-0:42", bytes, arrivedAt }, rules, now);
  return "reason" in result ? result.reason : JSON.parse(result.text);
};

// tests/system/recovery.test.mts has records without id and time, and updates of items.
test("a producer's id and time stay", () => {
  const own = { ...view, eventId: "e-1", timestamp: 1785230000 };
  expect(replay(own)).toEqual({ ...own, replayOf: "shardId-0:42" });
});

test("an event's context and impression stay", () => {
  const own = { ...view, context: { DEVICE: "phone" }, impression: ["2-Beagle-2-3", "2-Pug-1-4"] };
  expect(replay(own)).toMatchObject(own);
  expect(replay({ ...view, context: { DEVICE: 42 } })).toBe("context.DEVICE: must be a text");
});

test("a producer's wrapper is removed", () => {
  expect(replay({ Partitionkey: "s-1", Data: view })).toMatchObject(view);
});

test("a time that was in the future at the first arrival is accepted when it has passed", () => {
  expect(replay({ ...view, timestamp: "2026-07-28T10:00:00Z" })).toMatchObject({
    timestamp: "2026-07-28T10:00:00Z",
  });
});

test("an update of an item is refused when the items have no such column", () => {
  expect(replay({ itemUpdate: { itemId: "sku-318", columns: { COLOUR: "red" } } })).toBe(
    "itemUpdate.columns: has a name that is not a column of the items; they have PRICE",
  );
});

test("an event at the limit of 10,240 bytes is copied without the mark", () => {
  const small = JSON.stringify({ ...view, eventId: "e-1", timestamp: 1785230000, note: "" });
  const large = small.replace('"note":""', `"note":"${"x".repeat(10_240 - small.length)}"`);
  expect(replay(large)).toEqual(JSON.parse(large));
  expect(replay(large.replace("x", "xx"))).toBe("record: has 10241 bytes; an event has at most 10240");
});

test("an event without room for its id and time stays, with the reason", () => {
  expect(replay({ ...view, note: "x".repeat(10_060) })).toMatch(/^record: has \d+ bytes; an event has at most 10240$/);
});
