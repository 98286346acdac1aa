import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextRun, parseSchedule } from "../../account/languages/cron.ts";
import { isTimeZone } from "../../account/languages/schedule-expression.ts";

/** The first runs of an expression after a time, as ISO texts. */
function runs(expression: string, from: string, count: number, timezone = "UTC"): string[] {
  const schedule = parseSchedule(expression);
  const found: string[] = [];
  let time: number | undefined = Date.parse(from);
  for (let i = 0; i < count; i++) {
    time = nextRun(schedule, timezone, time);
    if (time === undefined) break;
    found.push(new Date(time).toISOString().replace(":00.000Z", "Z"));
  }
  return found;
}

describe("cron", () => {
  test.each<[string, string, string[]]>([
    ["every day at two", "cron(0 2 * * ? *)", ["2026-03-01T02:00Z", "2026-03-02T02:00Z"]],
    ["weekdays by number, 1 is Sunday", "cron(0 2 ? * 2 *)", ["2026-03-02T02:00Z", "2026-03-09T02:00Z"]],
    ["a range of weekdays by number", "cron(0 2 ? * 6-7 *)", ["2026-03-06T02:00Z", "2026-03-07T02:00Z"]],
    ["a list of weekdays by name", "cron(0 2 ? * mon,WED *)", ["2026-03-02T02:00Z", "2026-03-04T02:00Z"]],
    ["a start and a step", "cron(5/20 0 * * ? *)", ["2026-03-01T00:05Z", "2026-03-01T00:25Z", "2026-03-01T00:45Z"]],
    ["the last day of the month", "cron(0 0 L * ? *)", ["2026-03-31T00:00Z", "2026-04-30T00:00Z"]],
    [
      "the last weekday of the month",
      "cron(0 0 LW * ? *)",
      ["2026-03-31T00:00Z", "2026-04-30T00:00Z", "2026-05-29T00:00Z"],
    ],
    ["the weekday nearest the 15th", "cron(0 0 15W * ? *)", ["2026-03-16T00:00Z", "2026-04-15T00:00Z"]],
    ["the second Friday", "cron(0 0 ? * 6#2 *)", ["2026-03-13T00:00Z", "2026-04-10T00:00Z"]],
    ["the last Friday", "cron(0 0 ? * 6L *)", ["2026-03-27T00:00Z", "2026-04-24T00:00Z"]],
    ["L among weekdays is Saturday", "cron(0 0 ? * L *)", ["2026-03-07T00:00Z"]],
    ["a year", "cron(0 0 1 1 ? 2028)", ["2028-01-01T00:00Z"]],
    ["a year that is over", "cron(0 0 1 1 ? 2020)", []],
  ])("%s", (_, expression, expected) => {
    expect(runs(expression, "2026-03-01T00:00:00Z", Math.max(1, expected.length))).toEqual(expected);
  });

  test("skips a time that does not exist when summer time begins", () => {
    expect(runs("cron(30 2 * * ? *)", "2026-03-28T00:00:00Z", 2, "Europe/Berlin")).toEqual([
      "2026-03-28T01:30Z",
      "2026-03-30T00:30Z",
    ]);
  });

  test("runs a repeated time once when summer time ends", () => {
    expect(runs("cron(30 2 * * ? *)", "2026-10-24T12:00:00Z", 2, "Europe/Berlin")).toEqual([
      "2026-10-25T00:30Z",
      "2026-10-26T01:30Z",
    ]);
  });

  test.each([
    ["five fields", "cron(0 2 * * ?)", "six fields"],
    ["both day fields", "cron(0 2 * * * *)", "exactly one of day-of-month and day-of-week must be ?"],
    ["no day field", "cron(0 2 ? * ? *)", "exactly one of day-of-month and day-of-week must be ?"],
    ["a second blank", "cron(0  2 * ? * *)", "six fields"],
    ["weekday 0", "cron(0 2 ? * 0 *)", 'day-of-week: "0" is not one of its values, which are from 1 to 7'],
    ["weekday 8 at the end", "cron(0 2 ? * 8L *)", "day-of-week"],
    ["a sixth Friday", "cron(0 2 ? * 6#6 *)", "day-of-week"],
    ["a step of weekdays", "cron(0 2 ? * 2/2 *)", "day-of-week"],
    ["a range backwards", "cron(0 2 ? * FRI-MON *)", "day-of-week"],
    ["minute 60", "cron(60 2 * * ? *)", "minutes"],
    ["hour 24", "cron(0 24 * * ? *)", "hours"],
    ["a step of nothing", "cron(0/0 2 * * ? *)", "minutes"],
    ["day 32", "cron(0 2 32 * ? *)", "day-of-month"],
    ["weekday of day 0", "cron(0 2 0W * ? *)", "day-of-month"],
    ["month 13", "cron(0 2 * 13 ? *)", "month"],
    ["a month that does not exist", "cron(0 2 * JAM ? *)", "month"],
    ["an empty part", "cron(0 2 1, * ? *)", "day-of-month"],
    ["year 1969", "cron(0 2 * * ? 1969)", "year"],
    ["year 2200", "cron(0 2 * * ? 2200)", "year"],
    ["a question mark elsewhere", "cron(? 2 * * ? *)", "minutes"],
    ["another form", "every day", "not cron"],
    ["a rate of nothing", "rate(0 days)", "positive number"],
    ["a rate of weeks", "rate(1 week)", "minutes, hours or days"],
    ["an invalid date", "at(2026-13-01T00:00:00)", "local time"],
    ["a day that does not exist", "at(2026-02-30T00:00:00)", "local time"],
  ])("%s is refused", (_, expression, problem) => {
    expect(() => parseSchedule(expression)).toThrow(problem);
  });

  test("the next run is after the given time, with no run in between", () => {
    const field = fc.record({
      minute: fc.integer({ min: 0, max: 59 }),
      hour: fc.integer({ min: 0, max: 23 }),
      from: fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2030, 0) }),
    });
    fc.assert(
      fc.property(field, ({ minute, hour, from }) => {
        const time = nextRun(parseSchedule(`cron(${minute} ${hour} * * ? *)`), "UTC", from) ?? 0;
        const date = new Date(time);
        expect([date.getUTCMinutes(), date.getUTCHours(), date.getUTCSeconds()]).toEqual([minute, hour, 0]);
        expect(time - from).toBeGreaterThan(0);
        expect(time - from).toBeLessThanOrEqual(86_400_000);
      }),
      { numRuns: 200 },
    );
  });
});

test.each(["UTC", "Europe/Berlin", "Asia/Kolkata", "America/Port-au-Prince", "Etc/GMT+3"])(
  "%s is a time zone",
  (name) => expect(isTimeZone(name)).toBe(true),
);

test.each(["europe/berlin", "asia/kolkata", "+01:00", "utc", "Mars/Base", ""])("%j is none", (name) => {
  expect(isTimeZone(name)).toBe(false);
});

test("a rate counts from its anchor", () => {
  const schedule = parseSchedule("rate(5 minutes)");
  const anchor = Date.UTC(2026, 2, 1);
  expect(nextRun(schedule, "UTC", anchor - 1, anchor)).toBe(anchor);
  expect(nextRun(schedule, "UTC", anchor, anchor)).toBe(anchor + 300_000);
  expect(nextRun(schedule, "UTC", anchor + 299_999, anchor)).toBe(anchor + 300_000);
});

test("at() is local time and runs once", () => {
  expect(runs("at(2026-07-01T10:00:00)", "2026-03-01T00:00:00Z", 2, "Europe/Berlin")).toEqual(["2026-07-01T08:00Z"]);
});
