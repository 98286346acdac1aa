import { expect, test } from "vitest";
import { nextRun } from "../../cli/stack/next-run.ts";
import { nextRun as nextOnAccount, parseSchedule } from "../../local/account/languages/cron.ts";

const from = Date.parse("2026-03-01T00:00:00Z");
const run = (expression: string, timezone = "UTC") => {
  const next = nextRun(expression, timezone, from);
  return next === undefined ? "none" : new Date(next).toISOString();
};

test("a schedule's next run is in its time zone", () => {
  expect(run("cron(0 3 * * ? *)", "Europe/Berlin")).toBe("2026-03-01T02:00:00.000Z");
  expect(run("rate(6 hours)")).toBe("2026-03-01T06:00:00.000Z");
  expect(run("cron(0 0 1 1 ? 2020)")).toBe("none");
});

test.each([
  ...[
    "cron(0 2 * * ? *)",
    "cron(0 2 ? * 2 *)",
    "cron(0 2 ? * 6-7 *)",
    "cron(0 2 ? * mon,WED *)",
    "cron(5/20 0 * * ? *)",
  ],
  ...["cron(0 0 L * ? *)", "cron(0 0 LW * ? *)", "cron(0 0 15W * ? *)", "cron(0 0 ? * 6#2 *)", "cron(0 0 ? * 6L *)"],
  ...[
    "cron(0 0 ? * L *)",
    "cron(0 0 1 1 ? 2028)",
    "cron(0 0 ? * 3/2 *)",
    "rate(5 minutes)",
    "rate(1 hour)",
    "rate(2 days)",
  ],
])("the account runs %s at the time that `status` shows", (expression) => {
  for (const timezone of ["UTC", "Europe/Berlin"]) {
    for (const time of [from, Date.parse("2026-03-28T12:00:00Z"), Date.parse("2026-10-24T12:00:00Z")]) {
      expect(nextRun(expression, timezone, time)).toBe(nextOnAccount(parseSchedule(expression), timezone, time));
    }
  }
});
