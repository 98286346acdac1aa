import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { TimeAwake } from "../../../cli/stack/awake-times.ts";
import { findUntrainedDays } from "../../../cli/status/untrained-days.ts";

/** A time of a day since Monday, 2026-01-05. */
const at = (day: number, time: number) => new Date(Date.UTC(2026, 0, 5 + day, time));
const workingDays = (count: number) => Array.from({ length: count }, (_, index) => index + 2 * Math.floor(index / 5));
/**
 * Awake from 5 to 19 h on so many working days, as in docs/github.md; the last night has not come.
 */
const resting = (count: number): TimeAwake[] =>
  workingDays(count).map((day, index) => ({ from: at(day, 5), ...(index < count - 1 && { to: at(day, 19) }) }));
const last = (count: number) => workingDays(count).at(-1) ?? 0;

const nightly = "cron(0 3 * * ? *)";
const find = (timesAwake: TimeAwake[], expression: string, more: object = {}) =>
  findUntrainedDays({
    timesAwake,
    schedule: { expression, timeZone: "UTC", isOn: true },
    trainings: [at(0, 4), at(-9, 3)],
    now: at(last(timesAwake.length), 18),
    ...more,
  });

test("a stack that rests at each time of its schedule has had no training on a week of its days", () => {
  expect(find(resting(7), nightly)).toEqual({ days: 7, since: at(0, 5) });
  expect(find(resting(30), "cron(0 3 ? * SUN *)")).toEqual({ days: 30, since: at(0, 5) });
  // Asleep at the moment.
  const slept = resting(8).map(({ from, to = at(last(8), 19) }) => ({ from, to }));
  expect(find(slept, nightly)).toMatchObject({ days: 8 });
});

test("the schedule that docs/github.md gives to a stack which rests meets its waking hours, and the default does not", () => {
  const guide = readFileSync(new URL("../../../docs/github.md", import.meta.url), "utf8");
  expect(guide).toContain('[{ cron: "0 19 * * 1-5" }, { cron: "0 5 * * 1-5" }]');
  const [, schedule = ""] = /retrainingSchedule "(.*?)"/.exec(guide) ?? [];
  expect(find(resting(10), schedule)).toBeUndefined();
  expect(find(resting(10), nightly)).toBeDefined();
});

test.each<[what: string, timesAwake: TimeAwake[], schedule: string, more?: object]>([
  ["it was awake on six days", resting(6), nightly],
  ["it was trained since, by whomever", resting(9), nightly, { trainings: [at(4, 9)] }],
  ["a time of the schedule met it awake", resting(9), "cron(0 8 ? * MON-FRI *)"],
  [
    "one did in the schedule's time zone",
    resting(9),
    "cron(0 3 * * ? *)",
    { schedule: { expression: "cron(0 3 * * ? *)", timeZone: "America/New_York", isOn: true } },
  ],
  ["one did once a month", resting(30), "cron(0 12 15 * ? *)"],
  ["one did at its first moment", resting(9), "cron(0 5 * * ? *)"],
  ["it never rests", [{ from: at(0, 5) }], nightly, { now: at(20, 2), trainings: [at(0, 4)] }],
  ["a rate begins when it is switched on", resting(9), "rate(1 day)"],
  ["no training is known", resting(9), nightly, { trainings: [] }],
  ["no time awake is known", [], nightly],
])("nothing is said where %s", (_what, timesAwake, schedule, more) => {
  expect(find(timesAwake, schedule, more)).toBeUndefined();
});
