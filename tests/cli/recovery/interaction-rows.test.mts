import { describe, expect, test } from "vitest";
import { SeenKeys } from "../../../cli/archive/seen-keys.ts";
import { createRowWriter, toRow } from "../../../cli/recovery/rebuild/interaction-rows.ts";

const writerOf = (...names: string[]) => {
  const counts = { rows: 0, duplicates: 0 };
  return { counts, write: createRowWriter(names, counts) };
};
const columns = ["USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE", "EVENT_VALUE", "IMPRESSION"];
const row = (user: string, time = 1) =>
  new Map([
    ["USER_ID", user],
    ["ITEM_ID", "2-Pug-1-2"],
    ["TIMESTAMP", String(time)],
    ["EVENT_TYPE", "DetailView"],
  ]);

describe("a written interaction", () => {
  test("has the schema's columns in their order, empty where there is no value", () => {
    const { write } = writerOf(...columns);
    expect(write(row('a "b"'))).toBe('"a ""b""",2-Pug-1-2,1,DetailView,,\n');
  });
});

const event = { eventId: "e", sentAt: new Date(1999), eventType: "DetailView", itemId: "i" };
const record = { eventID: "x", kinesis: { data: "", sequenceNumber: "", approximateArrivalTimestamp: 0 } };
const part = { record, numbers: [1], bytes: Buffer.alloc(0), isAlone: true };
const interaction = { part, userId: "u", sessionId: "s-1", event };

test("an event's visitor is its user, or its session when there is no user", () => {
  expect(toRow(interaction).get("USER_ID")).toBe("u");
  const anonymous = { ...interaction, userId: undefined, event: { ...event, eventValue: 2.5 } };
  expect(Object.fromEntries(toRow(anonymous))).toEqual({
    USER_ID: "s-1",
    ITEM_ID: "i",
    TIMESTAMP: "1",
    EVENT_TYPE: "DetailView",
    EVENT_VALUE: "2.5",
    RECOMMENDATION_ID: "",
  });
});

describe("an event's own columns and impression", () => {
  test("are cells of the file", () => {
    const context = { DEVICE: "phone, old", num_ratings: 12, MEMBER: false };
    const all = toRow({ ...interaction, context, event: { ...event, impression: ["i", "j"] } });
    const { write } = writerOf("USER_ID", "IMPRESSION", "DEVICE", "num_ratings", "MEMBER");
    expect(write(all)).toBe('u,i|j,"phone, old",12,false\n');
  });

  // Quotas: 1,000 characters for categorical and impression data; an import with more fails as a
  // whole.
  test("an impression has as many ids as an import takes, and none that it would read as two", () => {
    const ids = Array.from({ length: 25 }, (_, i) => `${String(i).padStart(2, "0")}-${"x".repeat(47)}`);
    const joined = toRow({ ...interaction, event: { ...event, impression: ["a|b", ...ids] } }).get("IMPRESSION") ?? "";
    expect(joined.split("|")).toEqual(ids.slice(0, 19));
    expect(joined.length).toBeLessThanOrEqual(1000);
  });
});

test("a set of seen keys finds each of many again", () => {
  const seen = new SeenKeys();
  const keys = Array.from({ length: 200_000 }, (_, index) => `key ${index}`);
  expect(keys.every((key) => seen.add(key))).toBe(true);
  expect(keys.some((key) => seen.add(key))).toBe(false);
});
