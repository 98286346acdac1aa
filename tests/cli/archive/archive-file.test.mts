import { describe, expect, test } from "vitest";
import { readArchiveTime, readRecords } from "../../../cli/archive/archive-file.ts";

const time = new Date("2026-07-28T09:15:30Z");
const read = (text: string) => [...readRecords({ key: "events/key", time }, Buffer.from(text))];
const split = (text: string) => read(text).map(({ number, bytes, event }) => [number, String(bytes), event]);

describe("the records of an archive object", () => {
  test("are its lines, with their numbers", () => {
    expect(split('{"a":1}\n{"a":2}\n')).toEqual([
      [1, '{"a":1}', { a: 1 }],
      [2, '{"a":2}', { a: 2 }],
    ]);
  });

  test("are without a producer's wrapper", () => {
    expect(split('{"Partitionkey":"s","Data":{"a":1}}\n').map(([, , event]) => event)).toEqual([{ a: 1 }]);
  });

  test("do not include empty lines, which have a number", () => {
    expect(split('{"a":1}\n\n \r\n{"a":2}\n\n').map(([number]) => number)).toEqual([1, 4]);
  });

  test("are an event between two lines of another producer that are JSON only with it", () => {
    const events = split('{"list":[\n{"sessionId":"s"}\n]}\n').map(([, , event]) => event);
    expect(events).toEqual([undefined, { sessionId: "s" }, undefined]);
  });

  test.each([
    ["spaces and a carriage return around it", '  {"a":1}  \r\n', { a: 1 }],
    ["a byte order mark", '\ufeff{"a":1}\n', { a: 1 }],
    ["U+2028 in a text", '{"a":"\u2028\u2029"}\n', { a: "\u2028\u2029" }],
    ["no line break at the end", '{"a":1}', { a: 1 }],
  ])("may have %s", (_what, text, event) => {
    expect(split(text).map((line) => line[2])).toEqual([event]);
  });
});

describe("an archived record", () => {
  const stored = (...lines: object[]) => read(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));

  test("has an id that does not depend on when it is read", () => {
    const once = stored({ sessionId: "a" }, { sessionId: "b" }).map(({ id }) => id);
    expect(new Set(once).size).toBe(2);
    expect(stored({ sessionId: "a" }, { sessionId: "b" }).map(({ id }) => id)).toEqual(once);
  });

  test("keeps its id when another line is left empty", () => {
    const [, second] = stored({ sessionId: "a" }, { sessionId: "b" });
    expect(read('\n{"sessionId":"b"}\n').map(({ id }) => id)).toEqual([second?.id]);
  });

  test("keeps its place in its session: the first has the object's time, each further one a second more", () => {
    const times = stored({ sessionId: "a" }, { sessionId: "b" }, { sessionId: "a" }).map(({ arrivedAt }) => arrivedAt);
    expect(times).toEqual([time, time, new Date("2026-07-28T09:15:31Z")]);
  });

  test("is not dated later than the object when it has no session: an update of an item would win over newer ones", () => {
    const update = { itemUpdate: { itemId: "sku-1", available: true } };
    const records = [update, { sessionId: "a" }, update, { userId: "u" }, { ...update, sessionId: "a" }, update];
    for (const { arrivedAt } of stored(...records)) expect(arrivedAt).toEqual(time);
  });
});

// Firehose guide, "Configure Amazon S3 object name format".
test("the arrival of the oldest record is in the object's name", () => {
  const name = "recommender-prod-archive-1-2026-07-28-09-15-30-0b3c1c6e-8f5a-4f8e-9c55-4a0f6c1f2d3e.gz";
  expect(readArchiveTime(`events/year=2026/month=07/day=28/hour=09/${name}`)).toEqual(new Date("2026-07-28T09:15:30Z"));
  expect(readArchiveTime("events/year=2026/month=07/day=28/hour=09/notes.txt")).toBeUndefined();
});
