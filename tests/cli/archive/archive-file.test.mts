import { describe, expect, test } from "vitest";
import { readArchive, readArchiveTime, splitArchive } from "../../../cli/archive/archive-file.ts";

const split = (text: string) => [...splitArchive(Buffer.from(text))].map(({ bytes, event }) => [String(bytes), event]);

describe("the records of an archive object", () => {
  test("are its lines", () => {
    expect(split('{"a":1}\n{"a":2}\n')).toEqual([
      ['{"a":1}', { a: 1 }],
      ['{"a":2}', { a: 2 }],
    ]);
  });

  test("are without a producer's wrapper", () => {
    expect(split('{"Partitionkey":"s","Data":{"a":1}}\n')).toEqual([['{"Partitionkey":"s","Data":{"a":1}}', { a: 1 }]]);
  });

  test("may have newlines in their JSON", () => {
    expect(split('{"a":1}\n{\n  "a": {\n  }\n}\n{"a":3}\n').map(([, event]) => event)).toEqual([
      { a: 1 },
      { a: {} },
      { a: 3 },
    ]);
  });

  test("do not include empty lines, which a producer's own newline leaves", () => {
    expect(split('{"a":1}\n\n{"a":2}\n\n')).toHaveLength(2);
  });

  test.each([
    ["spaces and line breaks around it", '\n  {"a":\n1}  \n', [{ a: 1 }]],
    ["a byte order mark", '\ufeff{"a":\n1}\n\ufeff\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
    ["U+2028 in a text", '{"a":"\u2028\u2029"}\n', [{ a: "\u2028\u2029" }]],
    ["brackets in a text", '{"a":\n"}]\\"{"}\n{"a":2}\n', [{ a: '}]"{' }, { a: 2 }]],
    ["a list", '[\n{"a":1},\n{"a":2}\n]\n', [[{ a: 1 }, { a: 2 }]]],
  ])("may have %s", (_what, text, events) => {
    expect(split(text).map(([, event]) => event)).toEqual(events);
  });

  test("may be as large as the stream takes, also when they are not the consumer's", () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `"key ${i}": "${"x".repeat(40)}"`);
    const text = `{\n${lines.join(",\n")}\n}`;
    expect(split(`${text}\n{"a":2}\n`).map(([bytes]) => bytes)).toEqual([text, '{"a":2}']);
  });

  test("are found in a time that grows with the object, not faster", () => {
    const broken = '{"a":\n{"b":2}\n'.repeat(50_000);
    expect(split(broken)).toHaveLength(100_000);
    expect(split(`{"a":"${'\\"'.repeat(4_000_000)}\n{"a":2}\n`)).toHaveLength(2);
  });

  test("that are not JSON stay one line each", () => {
    expect(split('{"a":\nnot an event\n{"a":2}\n')).toEqual([
      ['{"a":', undefined],
      ["not an event", undefined],
      ['{"a":2}', { a: 2 }],
    ]);
  });
});

describe("an archived record", () => {
  const time = new Date("2026-07-28T09:15:30Z");
  const stored = (...lines: object[]) => {
    const content = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    return [...readArchive({ key: "events/key", time }, Buffer.from(content))];
  };

  test("has an id that does not depend on when it is read", () => {
    const once = stored({ sessionId: "a" }, { sessionId: "b" }).map(({ id }) => id);
    expect(new Set(once).size).toBe(2);
    expect(stored({ sessionId: "a" }, { sessionId: "b" }).map(({ id }) => id)).toEqual(once);
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
