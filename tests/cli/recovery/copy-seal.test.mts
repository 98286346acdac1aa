import fc from "fast-check";
import { expect, test } from "vitest";
import { createCopySeal } from "../../../cli/recovery/stored/copy-seal.ts";
import { toReplayable } from "../../../cli/recovery/stored/replayable.ts";
import { visitorEvent } from "../../../functions/ingestion/events/event-schema.ts";
import { itemUpdate } from "../../../functions/ingestion/items/item-update-schema.ts";

const seal = createCopySeal(Buffer.alloc(32, 1));
const view = { sessionId: "s-1", eventType: "DetailView", itemId: "i-1" };
/** As the archive has it. */
const archived = (value: unknown) => JSON.parse(JSON.stringify(value));

test("a copy is recognised from the archive, whatever the event contains", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (event, id) => {
      expect(seal.isCopy(archived(seal.mark(event, id)))).toBe(true);
      expect(seal.isCopy(event)).toBe(false);
    }),
  );
});

test.each([
  ["the mark alone", { ...view, replayOf: "shardId-0:42" }],
  ["an invented proof", { ...view, replayOf: "shardId-0:42", replaySeal: "AAAAAAAAAAAAAAAAAAAAAA" }],
  ["a proof of another type", { ...view, replayOf: "shardId-0:42", replaySeal: 1 }],
  ["the proof of another event", { ...seal.mark(view, "shardId-0:42"), itemId: "i-2" }],
  ["the proof of another stack", createCopySeal(Buffer.alloc(32, 2)).mark(view, "shardId-0:42")],
])("an event of a producer with %s is no copy", (_what, event) => {
  expect(seal.isCopy(archived(event))).toBe(false);
});

test("a copy that is sent once more is a copy again", () => {
  const rules = { event: visitorEvent(["DetailView"], []), update: itemUpdate(), itemFields: [], seal };
  const data = Buffer.from(JSON.stringify(seal.mark(view, "shardId-0:42"))).toString("base64");
  const now = new Date("2026-07-29T12:00:00Z");
  const again = toReplayable({ id: "shardId-0:43", data, arrivedAt: now }, rules, now);
  const event = "text" in again ? JSON.parse(again.text) : again;
  expect(event).toMatchObject({ ...view, replayOf: "shardId-0:43" });
  expect(seal.isCopy(event)).toBe(true);
});
