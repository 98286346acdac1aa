// One value has one parser. Ids and times at every door that takes them as JSON: the stream's
// events and updates of items, and the requests of both functions. Files have
// tests/seed/own-values.test.mts.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { visitorEvent } from "../../functions/ingestion/events/event-schema.ts";
import { itemUpdate } from "../../functions/ingestion/items/item-update-schema.ts";
import { recommendRequest, rerankRequest } from "../../functions/serving/request-schemas.ts";
import { describeIssues } from "../../functions/support/issues.ts";
import { describeBadId, missingIds } from "../../values/id.ts";
import { readTime } from "../../values/time.ts";

const beagle = { animal_species_id: "2", animal_primary_breed_id: "Beagle", animal_size_id: "2", animal_age_id: "3" };
const view = { sessionId: "s-1", eventType: "DetailView", itemId: "sku-1" };
const event = visitorEvent(["DetailView"], []);
type Parsed = { success: true; data: unknown } | { success: false; error: Parameters<typeof describeIssues>[0] };

/**
 * A field that takes an id: reads a record or a request with this value, and returns what became of
 * it.
 */
const doors: Record<string, (id: unknown) => Parsed> = {
  userId: (userId) => event.safeParse({ ...view, userId }),
  sessionId: (sessionId) => event.safeParse({ ...view, sessionId }),
  itemId: (itemId) => event.safeParse({ ...view, itemId }),
  eventId: (eventId) => event.safeParse({ ...view, eventId }),
  "impression[0]": (id) => event.safeParse({ ...view, impression: [id] }),
  "animalMetadata.animal_size_id": (id) =>
    event.safeParse({ ...view, animalMetadata: { ...beagle, animal_size_id: id } }),
  "itemUpdate.itemId": (itemId) => itemUpdate().safeParse({ itemUpdate: { itemId, available: true } }),
  "request.userId": (userId) => recommendRequest().safeParse({ userId }),
  "request.sessionId": (sessionId) => recommendRequest().safeParse({ sessionId }),
  "request.itemId": (itemId) => recommendRequest().safeParse({ itemId }),
  "itemMetadataList[0].itemId": (itemId) => rerankRequest().safeParse({ itemMetadataList: [{ itemId }] }),
};
const read = (door: string, id: unknown): string => {
  const parsed = doors[door]?.(id) ?? expect.fail(door);
  if (parsed.success) return JSON.stringify(parsed.data);
  return describeIssues(parsed.error, "record");
};

const missing = "is what programs write for a missing id, such as undefined, null, None or (not set)";

// The property below has the other doors.
describe("an id", () => {
  test.each<[unknown, string]>([
    ["", "is empty"],
    [" \t", "is empty"],
    ...[
      "null",
      "NULL",
      "(not set)",
      "undefined",
      "None",
      "nan",
      "NaN",
      "nil",
      "<nil>",
      "(null)",
      "<null>",
      " null ",
    ].map((word): [string, string] => [word, missing]),
    ...["[object Object]", "[object Promise]", "%!s(<nil>)", "\\N", "00000000-0000-0000-0000-000000000000"].map(
      (word): [string, string] => [word, missing],
    ),
    // The numbers after the last that a JSON number keeps.
    [2 ** 53, "is a number that JSON may change; send it as text"],
    [1e21, "is a number that JSON may change; send it as text"],
    [1.5, "is a number that JSON may change; send it as text"],
    [true, "must be text or a number"],
    [{}, "must be text or a number"],
  ])("is refused: %j", (id, reason) => {
    expect(read("userId", id)).toBe(`userId: ${reason}`);
  });

  test.each(Object.keys(doors))("at %s is refused with the field's name", (door) => {
    const field = door.replace("request.", "");
    expect(read(door, "null")).toBe(`${field}: ${missing}`);
    expect(read(door, "i".repeat(257))).toContain(`${field}: is longer than 256 characters`);
  });

  test.each([
    " an id ",
    "nullable",
    "Nan",
    "Null",
    "Nil",
    "none",
    "NA",
    "undefined-1",
    "0042",
    "Zoë 🐕",
    'a,"b"',
    "a|b",
    0,
    10042,
    2 ** 53 - 1,
  ])("is kept: %j", (id) => {
    for (const door of Object.keys(doors)) {
      const found = read(door, id);
      expect(found).toContain(JSON.stringify(String(id)).slice(1, -1));
      // A number and its digits are the same visitor.
      expect(read(door, String(id))).toBe(found);
    }
  });
});

test("the id of an answer is no word for a missing one, and at most 40 characters long", () => {
  const reasonOf = (recommendationId: string) => {
    const parsed: Parsed = event.safeParse({ ...view, recommendationId });
    return parsed.success ? "accepted" : describeIssues(parsed.error, "event");
  };
  expect(reasonOf("RID-1")).toBe("accepted");
  expect(reasonOf("undefined")).toBe(`recommendationId: ${missing}`);
  expect(reasonOf("r".repeat(41))).toContain("recommendationId: is longer than 40 characters");
});

test("the group of a pet has no longer id than an item, at every door", () => {
  const animalMetadata = { ...beagle, animal_primary_breed_id: "b".repeat(255) };
  const reason = "animalMetadata: the group id is longer than 256 characters";
  const reasonOf = (parsed: Parsed) => (parsed.success ? "accepted" : describeIssues(parsed.error, "record"));
  expect(reasonOf(event.safeParse({ ...view, animalMetadata }))).toBe(reason);
  expect(reasonOf(itemUpdate().safeParse({ itemUpdate: { animalMetadata, available: true } }))).toBe(
    `itemUpdate.${reason}`,
  );
  expect(reasonOf(rerankRequest().safeParse({ itemMetadataList: [{ itemId: "pet-1", animalMetadata }] }))).toBe(
    `itemMetadataList[0].${reason}`,
  );
});

test("a number in the context or the filter values of a request is refused when JSON may have changed it", () => {
  const reasonOf = (request: object) => {
    const parsed: Parsed = recommendRequest().safeParse(request);
    return parsed.success ? JSON.stringify(parsed.data) : describeIssues(parsed.error, "request");
  };
  const reason = "is a number that JSON may change; send it as text";
  expect(reasonOf({ context: { VISITS: 2 ** 53 } })).toBe(`context.VISITS: ${reason}`);
  expect(reasonOf({ filterValues: { SINCE: 2 ** 53 } })).toBe(`filterValues.SINCE: ${reason}`);
  expect(reasonOf({ context: { VISITS: 2 ** 53 - 1, DISTANCE: 1.5 } })).toContain(
    '{"VISITS":"9007199254740991","DISTANCE":"1.5"}',
  );
});

test("an id is refused or accepted alike at every door that takes one", () => {
  const someId = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.double(),
    fc.maxSafeInteger(),
    fc.constantFrom("Null", " ", ...missingIds),
  );
  fc.assert(
    fc.property(someId, (id) => {
      const accepted = Object.values(doors).map((parse) => parse(id).success);
      const isGood = typeof id === "string" ? describeBadId(id) === undefined : Number.isSafeInteger(id);
      expect(new Set(accepted)).toEqual(new Set([isGood]));
    }),
  );
});

describe("a time", () => {
  const noon = Date.UTC(2026, 2, 1, 12, 30);
  // RFC 3339, "Internet Date/Time Format", and what ISO 8601 allows in addition.
  test.each<[string | number, number]>([
    ["2026-03-01T12:30:00Z", noon],
    ["2026-03-01t12:30:00z", noon],
    ["2026-03-01 12:30:00Z", noon],
    ["2026-03-01T13:30:00+01:00", noon],
    // Java's OffsetDateTime and Instant: no seconds in a full minute, up to nine digits after the
    // point.
    ["2026-03-01T12:30Z", noon],
    ["2026-03-01T13:30+01:00", noon],
    ["2026-03-01T12:30:00.123456789Z", noon + 123],
    ["2026-03-01T13:30:00+0100", noon],
    ["2026-03-01T13:30:00+01", noon],
    ["2016-12-31T23:59:60Z", Date.UTC(2017, 0, 1)],
    [noon / 1000, noon],
    [String(noon / 1000), noon],
    [`${noon / 1000}.5`, noon + 500],
    [0, 0],
  ])("is read: %j", (value, time) => {
    expect(readTime(value)).toEqual({ time: new Date(time) });
  });

  const unknown = "must be epoch seconds or an ISO 8601 time with its offset";
  test.each<[string | number, string]>([
    ["2026-03-01T12:30:00", unknown],
    ["2026-03-01", unknown],
    ["2026-02-30T12:30:00Z", unknown],
    ["2026-03-01T24:00:00Z", unknown],
    ["2026-03-01T12:30:00+25:00", unknown],
    ["2026-03-01T12:30:00Z[Europe/Berlin]", unknown],
    ["", unknown],
    [" 5", unknown],
    ["1e9", unknown],
    [-5, "is before 1970"],
    ["1969-12-31T23:59:59Z", "is before 1970"],
    [noon, "is not in seconds; divide milliseconds by 1,000"],
    [String(noon), "is not in seconds; divide milliseconds by 1,000"],
  ])("is refused: %j", (value, reason) => {
    expect(readTime(value)).toEqual({ reason });
  });

  test("that JavaScript writes is the same when it is read, in each of its forms", () => {
    const someTime = fc.date({ min: new Date(0), max: new Date("2999-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(someTime, (time) => {
        for (const form of [time.toISOString(), time.getTime() / 1000, String(time.getTime() / 1000)]) {
          expect(readTime(form)).toEqual({ time });
        }
      }),
    );
  });

  test("is read alike in an event and in an update", () => {
    const update = { itemUpdate: { itemId: "sku-1", available: true } };
    for (const timestamp of ["2026-03-01T12:30Z", "1772368200", noon, -1, "yesterday", {}, 1_772_368_200.5]) {
      const ofEvent = event.safeParse({ ...view, timestamp });
      const ofUpdate = itemUpdate().safeParse({ ...update, timestamp });
      expect(ofUpdate.data?.timestamp).toEqual(ofEvent.data?.timestamp);
      expect(ofUpdate.error?.issues).toEqual(ofEvent.error?.issues);
    }
  });
});
