import { describe, expect, test } from "vitest";
import { visitorEvent } from "../../functions/ingestion/events/event-schema.ts";
import { createRecord, readRecord, seedColumns } from "./ingestion.mts";

const optional = (name: string, type: string) => ({ name, type: ["null", type] });
const own = [
  optional("DEVICE", "string"),
  optional("NUM_RATINGS", "int"),
  optional("VISITS", "long"),
  optional("DISTANCE", "float"),
  optional("LATITUDE", "double"),
  optional("MEMBER", "boolean"),
];
const event = { sessionId: "s-1", eventType: "DetailView", itemId: "sku-1" };

const read = (context: unknown, columns: { name: string; type: string | string[] }[] = [...seedColumns, ...own]) =>
  readRecord(createRecord(1, { ...event, context }), visitorEvent(["DetailView"], columns));
const contextOf = (...args: Parameters<typeof read>) => {
  const found = read(...args);
  if ("reason" in found) throw new Error(found.reason);
  return found.interaction.context;
};
const reasonOf = (...args: Parameters<typeof read>) => {
  const found = read(...args);
  return "reason" in found ? found.reason : "accepted";
};

describe("a context", () => {
  test("has values of the schema's types, by the schema's names", () => {
    const context = {
      DEVICE: "phone",
      NUM_RATINGS: -3,
      VISITS: 2 ** 40,
      DISTANCE: 1.5,
      LATITUDE: 1e300,
      MEMBER: false,
    };
    expect(contextOf(context)).toEqual(context);
  });

  test("has names in upper or lower case", () => {
    const columns = [...seedColumns, optional("device", "string"), optional("DISTANCE", "float")];
    expect(contextOf({ DEVICE: "phone", distance: 1.5 }, columns)).toEqual({ device: "phone", DISTANCE: 1.5 });
    expect(reasonOf({ DEVICE: 1 }, columns)).toBe("context.device: must be a text");
    expect(reasonOf({ DEVICE: "phone", device: "tablet" }, columns)).toBe("context.device: is given twice");
    expect(reasonOf({ event_value: 1 })).toContain("context");
  });

  test("may leave columns out, or say null, and may be left out", () => {
    expect(contextOf({ DEVICE: "phone", MEMBER: null })).toEqual({ DEVICE: "phone" });
    for (const nothing of [undefined, null, {}, { DEVICE: null }]) expect(contextOf(nothing)).toBeUndefined();
  });

  test.each<[string, unknown, string]>([
    ["a number for a text", { DEVICE: 42 }, "context.DEVICE: must be a text"],
    ["a long text", { DEVICE: "p".repeat(1_001) }, "context.DEVICE: is longer than 1000 characters"],
    [
      "a misspelt column",
      { DEVCE: "x" },
      "context.DEVCE: is not a column of this stack's interactions; they have DEVICE, NUM_RATINGS, VISITS, DISTANCE, LATITUDE, MEMBER; did you mean DEVICE?",
    ],
    [
      "a column that the schema does not have",
      { BROWSER: "x" },
      "context.BROWSER: is not a column of this stack's interactions; they have DEVICE, NUM_RATINGS, VISITS, DISTANCE, LATITUDE, MEMBER",
    ],
    [
      "a column that a field of the event fills",
      { EVENT_VALUE: 2 },
      "context.EVENT_VALUE: is the event's field eventValue",
    ],
    // EventPropertiesJSON in the model of personalize-events.
    [
      "more than PutEvents takes",
      { DEVICE: "p".repeat(1_000), NUM_RATINGS: 12_345 },
      "context: has 1032 characters as JSON; PutEvents takes 1024",
    ],
  ])("is refused with the column and the reason: %s", (_what, context, reason) => {
    expect(reasonOf(context)).toBe(reason);
  });
});

describe("a column without null in its type", () => {
  const required = (name: string, type: string) => [...seedColumns, { name, type }];

  test("must be in the context", () => {
    const reason = "context.DEVICE: is missing; the interactions of this stack require it";
    for (const context of [undefined, {}, { DEVICE: null }]) {
      expect(reasonOf(context, required("DEVICE", "string"))).toBe(reason);
    }
    expect(reasonOf({ DEVICE: "phone" }, required("DEVICE", "string"))).toBe("accepted");
  });

  test("must be a field of the event when it is the service's", () => {
    expect(reasonOf(undefined, [{ name: "EVENT_VALUE", type: "float" }])).toBe(
      "eventValue: is missing; the interactions of this stack require it",
    );
    expect(reasonOf(undefined, [{ name: "IMPRESSION", type: "string" }])).toContain("impression: is missing");
  });

  test("USER_ID, ITEM_ID and TIMESTAMP have a value without one in the event", () => {
    expect(reasonOf(undefined, seedColumns)).toBe("accepted");
  });
});
