import { Cron } from "croner";
import { parseRepeatedSchedule, type RepeatedSchedule, writePattern } from "./schedule-expression";

/** A schedule, read. */
export type Schedule = RepeatedSchedule | { readonly kind: "at"; readonly local: string };

/** Reads `cron(…)`, `rate(…)` or `at(…)`. Throws an Error that says what is wrong with it. */
export function parseSchedule(expression: string): Schedule {
  const [, local] = /^at\((.+)\)$/.exec(expression) ?? [];
  if (local === undefined) return parseRepeatedSchedule(expression);
  const time = Date.parse(`${local}Z`);
  // JavaScript takes February 30 for March 2.
  if (local.length === 19 && !Number.isNaN(time) && new Date(time).toISOString().startsWith(local)) {
    return { kind: "at", local };
  }
  throw new Error("at() takes a local time such as 2026-03-01T10:00:00");
}

/**
 * The first run after `from` (epoch milliseconds), or undefined when there is none any more.
 * `timezone` is an IANA name. A rate counts from `anchor`, which is its first run.
 */
export function nextRun(schedule: Schedule, timezone: string, from: number, anchor = 0): number | undefined {
  switch (schedule.kind) {
    case "rate": {
      if (from < anchor) return anchor;
      return anchor + (Math.floor((from - anchor) / schedule.milliseconds) + 1) * schedule.milliseconds;
    }
    case "at": {
      const at = new Cron(schedule.local, { timezone, paused: true }).nextRun(new Date(from));
      return at?.getTime();
    }
    case "cron":
      return nextCronRun(writePattern(schedule.fields), timezone, from);
  }
}

/** If a time does not exist in a spring night, croner runs it an hour later; AWS skips it. */
function nextCronRun(pattern: string, timezone: string, from: number): number | undefined {
  const cron = new Cron(pattern, { timezone, paused: true, mode: "7-part" });
  let run = cron.nextRun(new Date(from));
  while (run && !cron.match(run)) run = cron.nextRun(run);
  return run?.getTime();
}
