import { Cron } from "croner";
import { cronFields, parseRepeatedSchedule, type RepeatedSchedule, weekdays } from "./schedule-expression";

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

/**
 * Writes AWS's six fields (minute hour day month weekday year) as croner's seven. Differences: AWS
 * has no seconds and has `?` in one of the two day fields, counts weekdays from 1 = SUN, and lets
 * `a/b` start at a.
 */
const writePattern = (fields: readonly string[]): string => ["0", ...fields.map(translate)].join(" ");

const weekdayField = 4;

function translate(field: string, index: number): string {
  if (field === "?") return "*";
  if (index === weekdayField && field === "L") return "SAT";
  return field
    .split(",")
    .map((part) => {
      const [, first, step] = /^([A-Z\d]+)\/(\d+)$/.exec(part) ?? [];
      const whole = first === undefined ? part : `${first}-${cronFields[index]?.most}/${step}`;
      return index === weekdayField ? nameWeekdays(whole) : whole;
    })
    .join(",");
}

/** `2-6` → `MON-FRI`, `6#2` → `FRI#2`, `6L` → `FRIL`; the number after `#` is not a weekday. */
function nameWeekdays(part: string): string {
  const [days = "", ...nth] = part.split("#");
  return [days.replace(/\d/g, (digit) => weekdays[Number(digit) - 1] ?? digit), ...nth].join("#");
}
