import { Cron } from "croner";

/** A schedule expression, read. */
export type Schedule =
  | { readonly kind: "cron"; readonly pattern: string }
  | { readonly kind: "rate"; readonly milliseconds: number }
  | { readonly kind: "at"; readonly local: string };

/**
 * Reads `cron(…)`, `rate(…)` or `at(…)`. Throws an Error that says what is wrong with it.
 * Facts: EventBridge Scheduler User Guide, "Schedule types".
 */
export function parseSchedule(expression: string): Schedule {
  const [, kind, body = ""] = /^(cron|rate|at)\((.+)\)$/.exec(expression) ?? [];
  switch (kind) {
    case "cron": {
      const pattern = cronerPattern(body);
      // Croner checks each field's values when it reads the pattern.
      new Cron(pattern, { paused: true, mode: "7-part" });
      return { kind, pattern };
    }
    case "rate":
      return { kind, milliseconds: rateOf(body) };
    case "at":
      if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(body) || Number.isNaN(Date.parse(`${body}Z`))) {
        throw new Error("at() takes a local time such as 2026-03-01T10:00:00");
      }
      return { kind, local: body };
    default:
      throw new Error("it is not cron(…), rate(…) or at(…)");
  }
}

/**
 * The first run after `from` (epoch milliseconds), or undefined when there is none any more. `timezone` is an IANA name.
 * A rate counts from `anchor`, which is its first run.
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
      return nextCronRun(schedule.pattern, timezone, from);
  }
}

/** Returns whether the IANA database of this machine knows a timezone. */
export function isTimezone(timezone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
    return true;
  } catch {
    return false;
  }
}

/** If a time does not exist in a spring night, croner runs it an hour later; AWS skips it. */
function nextCronRun(pattern: string, timezone: string, from: number): number | undefined {
  const cron = new Cron(pattern, { timezone, paused: true, mode: "7-part" });
  let run = cron.nextRun(new Date(from));
  while (run && !cron.match(run)) run = cron.nextRun(run);
  return run?.getTime();
}

const units = new Map([
  ["minute", 60_000],
  ["hour", 3_600_000],
  ["day", 86_400_000],
]);

function rateOf(body: string): number {
  const [, value, unit = ""] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(body) ?? [];
  const milliseconds = units.get(unit);
  if (!value || !milliseconds) throw new Error("rate() takes a positive number and minutes, hours or days");
  return Number(value) * milliseconds;
}

const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const largest = [59, 23, 31, 12, 7, 2199];

/**
 * AWS's six fields (minute hour day month weekday year) as croner's seven. Differences: AWS has no seconds, wants `?` in
 * exactly one of the two day fields, counts weekdays from 1 = SUN, and lets `a/b` start at a.
 */
function cronerPattern(body: string): string {
  const fields = body.trim().split(/\s+/);
  if (fields.length !== 6) throw new Error(`cron() takes six fields, not ${fields.length}`);
  const [, , day, , weekday] = fields;
  if ((day === "?") === (weekday === "?")) {
    throw new Error("exactly one of day-of-month and day-of-week must be ?");
  }
  const [minute, hour, days, month, days2, year] = fields.map((field, i) => translate(field, i));
  return ["0", minute, hour, days, month, days2, year].join(" ");
}

const weekdayField = 4;

function translate(field: string, index: number): string {
  if (field === "?" || field === "*") return "*";
  if (index === weekdayField && field.toUpperCase() === "L") return "SAT";
  return field
    .toUpperCase()
    .split(",")
    .map((part) => {
      const [, first, step] = /^([A-Z\d]+)\/(\d+)$/.exec(part) ?? [];
      const whole = first === undefined ? part : `${first}-${largest[index]}/${step}`;
      return index === weekdayField ? weekdayNames(whole) : whole;
    })
    .join(",");
}

/** `2-6` → `MON-FRI`, `6#2` → `FRI#2`, `6L` → `FRIL`; the numbers after `#` and `/` are not weekdays. */
function weekdayNames(part: string): string {
  const [, days = part, rest = ""] = /^([^#/]+)([#/].*)?$/.exec(part) ?? [];
  const named = days.replace(/\d+/g, (digits) => {
    const name = weekdays[Number(digits) - 1];
    if (!name) throw new Error(`day-of-week is ${digits}, not between 1 (SUN) and 7 (SAT)`);
    return name;
  });
  return named + rest;
}
