import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareHours } from "../../../cli/archive/compare-hours.ts";

const start = Date.parse("2026-07-28T09:00:00Z");
const hour = 3_600_000;
const at = (minutes: number) => new Date(start + minutes * 60_000);
const object = (from: number, to: number, records?: number) => ({ time: at(from), end: at(to), records });
const arrived = (...counts: number[]) => new Map(counts.map((count, i) => [start + i * hour, count]));
const compare = (counts: number[], objects: ReturnType<typeof object>[], minutes = counts.length * 60) =>
  compareHours({ from: at(0), to: at(minutes) }, arrived(...counts), objects).map(
    ({ from, to, ...sums }) => [(+from - start) / 60_000, (+to - start) / 60_000, sums.arrived, sums.archived] as const,
  );

describe("an hour", () => {
  test.each<[string, number[], ReturnType<typeof object>[], ReturnType<typeof compare>]>([
    ["without anything is whole", [0, 0], [], []],
    ["with all records is whole", [3, 2], [object(1, 6, 3), object(70, 75, 2)], []],
    ["without an object is not", [3, 2], [object(70, 75, 2)], [[0, 60, 3, 0]]],
    ["with one of its objects is not", [12, 0], [object(55, 57, 1)], [[0, 60, 12, 1]]],
    ["with more than arrived is not", [3, 2], [object(1, 6, 4), object(70, 75, 2)], [[0, 60, 3, 4]]],
    ["with an object that cannot be read is not", [3], [object(1, 6, 3), object(7, 9)], [[0, 60, 3, 3]]],
    [
      "whose neighbour has too many is not covered by them",
      [3, 3],
      [object(70, 75, 6)],
      [
        [0, 60, 3, 0],
        [60, 120, 3, 6],
      ],
    ],
    ["is compared with the next one where an object joins them", [3, 2], [object(46, 61, 5)], []],
    [
      "of which an object has the first minutes is not covered by that",
      [5, 20, 4],
      [object(46, 61, 5), object(130, 132, 4)],
      [[0, 120, 25, 5]],
    ],
    [
      "that lacks records is found before the joined sums agree",
      [9, 1],
      [object(59, 61, 1), object(70, 75, 9)],
      [[0, 120, 10, 10]],
    ],
    [
      "that has too many is found before the joined sums agree",
      [1, 9],
      [object(1, 5, 8), object(59, 61, 2)],
      [[0, 120, 10, 10]],
    ],
  ])("%s", (_name, counts, objects, expected) => {
    expect(compare(counts, objects)).toEqual(expected);
  });
});

describe("at the span's ends", () => {
  test("an object that began before has any part of its records after the beginning", () => {
    for (const count of [0, 4]) expect(compare([count], [object(-5, 5, 4)])).toEqual([]);
    expect(compare([5], [object(-5, 5, 4)])).toEqual([[0, 60, 5, 4]]);
    expect(compare([0], [object(-5, 0, 4)])).toEqual([]);
  });

  test("an object that ends later has any part of its records before the end", () => {
    for (const count of [0, 4]) expect(compare([count], [object(28, 33, 4)], 30)).toEqual([]);
    expect(compare([5], [object(28, 33, 4)], 30)).toEqual([[0, 30, 5, 4]]);
  });
});

/**
 * Records by their minutes, as Firehose collects them: each object begins when the last one is
 * full.
 */
function collect(minutes: readonly number[], buffer: number) {
  const objects: { minutes: number[]; from: number }[] = [];
  for (const minute of [...minutes].sort((a, b) => a - b)) {
    const last = objects.at(-1);
    if (last && minute < last.from + buffer) last.minutes.push(minute);
    else objects.push({ from: minute, minutes: [minute] });
  }
  return objects.map(({ from, minutes: own }) => object(from, from + buffer, own.length));
}

const stream = fc.record({
  minutes: fc.array(fc.nat({ max: 6 * 60 - 1 }), { minLength: 1, maxLength: 120 }),
  buffer: fc.integer({ min: 1, max: 15 }),
  gone: fc.nat(),
});

test("an archive is whole with all objects, and without any one of them it is not, in the hours of its records", () => {
  fc.assert(
    fc.property(stream, ({ minutes, buffer, gone }) => {
      const counts = Array.from(
        { length: 7 },
        (_, i) => minutes.filter((minute) => Math.floor(minute / 60) === i).length,
      );
      const objects = collect(minutes, buffer);
      expect(compare(counts, objects)).toEqual([]);
      const [lost] = objects.splice(gone % objects.length, 1);
      const unknown = compare(counts, objects);
      const minute = (Number(lost?.time) - start) / 60_000;
      expect(unknown.some(([from, to]) => from <= minute && minute < to)).toBe(true);
    }),
  );
});
