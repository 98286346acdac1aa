import { expect, test } from "vitest";
import { countTpsHours, countTpsHoursWith, findMinimums } from "../../../cli/costs/campaign-hours.ts";
import { toWeekly } from "../../../cli/costs/weekly.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const start = Date.UTC(2026, 0, 1);
const at = (milliseconds: number) => new Date(start + milliseconds);
const life = { from: at(0), to: at(day) };
const none = new Map<number, number>();

// API reference, CreateCampaign: "You are charged for the minimum provisioned TPS or, if your
// requests exceed the minProvisionedTPS, the actual TPS". The window of five minutes is assumed.
test.each([
  ["without requests, the minimum", none, 2, 48],
  ["below the minimum, the minimum", new Map([[start, 300]]), 2, 48],
  ["above it, the requests of the window", new Map([[start, 9_000]]), 2, 48 + 28 / 12],
])("a campaign is billed for %s", (_what, requests, minimum, hours) => {
  expect(countTpsHoursWith({ lives: [life], requests, minimums: [] }, minimum)).toBeCloseTo(hours, 9);
});

test("a campaign is billed from its creation, within a window too", () => {
  const minimums = [{ since: 0, minimum: 6 }];
  expect(countTpsHours({ lives: [{ from: at(2 * minute), to: at(hour) }], requests: none, minimums })).toBeCloseTo(
    5.8,
    9,
  );
});

test("a minimum that changes within a window counts by time", () => {
  const minimums = [
    { since: start, minimum: 1 },
    { since: start + 12 * hour + minute, minimum: 3 },
  ];
  expect(countTpsHours({ lives: [life], requests: none, minimums })).toBeCloseTo(48 - 2 / 60, 9);
});

const done = (time: Date) => ({ at: time, isDone: true });
const report = (milliseconds: number, value: number) => ({ time: at(milliseconds), value });
/** Reports of each hour, the newest first. */
const reports = (valueAt: (milliseconds: number) => number) =>
  Array.from({ length: 24 }, (_, index) => report((23 - index) * hour, valueAt((23 - index) * hour)));

test("the last update says when a minimum changed that two reports have", () => {
  const { steps, notes } = findMinimums(
    reports((time) => (time < 10 * hour ? 2 : 4)),
    4,
    done(at(9.5 * hour)),
    life,
  );
  expect(steps).toEqual([
    { since: start, minimum: 2 },
    { since: start + 9.5 * hour, minimum: 4 },
  ]);
  expect(notes).toEqual([]);
});

test("a change after the last report counts from the update on", () => {
  expect(
    findMinimums(
      reports(() => 2),
      1,
      done(at(23.5 * hour)),
      life,
    ).steps.at(-1),
  ).toEqual({
    since: start + 23.5 * hour,
    minimum: 1,
  });
});

test("a change with a later update counts from the next report on, and a note says it", () => {
  const found = findMinimums(
    reports((time) => (time < 10 * hour ? 2 : 4)),
    4,
    done(at(20 * hour)),
    life,
  );
  expect(found.steps.at(-1)).toEqual({ since: start + 10 * hour, minimum: 4 });
  expect(found.notes).toEqual([
    "its minimum changed from 2 to 4 after 2026-01-01T09:00Z: counted from 2026-01-01T10:00Z",
  ]);
});

test("without reports the minimum is assumed unchanged where an update may have changed it", () => {
  const assumed = "its minimum of 4 is assumed unchanged before 2026-01-02T00:00Z, from when on it was reported";
  expect(findMinimums([], 4, done(at(9 * hour)), life).notes).toEqual([assumed]);
  expect(findMinimums([], 4, undefined, life).notes).toEqual([]);
  expect(findMinimums([], 4, done(at(-hour)), life).notes).toEqual([]);
});

test("an update that failed changed no minimum, and hides when the last change was", () => {
  const changed = reports((time) => (time < 10 * hour ? 2 : 4));
  const failed = { at: at(9.5 * hour), isDone: false };
  const { steps, notes } = findMinimums(changed, 4, failed, life);
  expect(steps.at(-1)).toEqual({ since: start + 10 * hour, minimum: 4 });
  expect(notes).toHaveLength(1);
  expect(findMinimums([], 4, failed, life).notes).toHaveLength(1);
});

test.each([
  ["cron(0 3 * * ? *)", "cron(0 3 ? * SUN *)"],
  ["cron(30 22 ? * * *)", "cron(30 22 ? * SUN *)"],
  ["rate(1 day)", "rate(7 days)"],
  ["rate(24 hours)", "rate(7 days)"],
  ["cron(0 3 ? * SUN *)", undefined],
  ["cron(0 */6 * * ? *)", undefined],
  ["rate(2 days)", undefined],
])("%s is weekly as %s", (expression, weekly) => {
  expect(toWeekly(expression)).toBe(weekly);
});
