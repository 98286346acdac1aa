import { Cron } from "croner";
import { ownValue } from "../record";

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Returns the first run of a deployed schedule after `from` (epoch milliseconds), or undefined when there is none any more.
 * `cron(…)` is in an IANA time zone, `rate(…)` counts from 1970. Facts: EventBridge Scheduler User Guide, "Schedule types".
 */
export function nextRun(expression: string, timezone: string, from: number): number | undefined {
  const [, value, unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (value !== undefined) {
    const every = Number(value) * (ownValue(units, unit) ?? 0);
    return (Math.floor(from / every) + 1) * every;
  }
  const [, fields] = /^cron\((.+)\)$/.exec(expression) ?? [];
  if (fields === undefined) throw new Error(`The schedule ${expression} is neither cron(…) nor rate(…).`);
  const cron = new Cron(toCroner(fields), { timezone, paused: true, mode: "7-part" });
  let run = cron.nextRun(new Date(from));
  // Croner runs a time that a spring night lacks an hour later; AWS skips it.
  while (run && !cron.match(run)) run = cron.nextRun(run);
  return run?.getTime();
}

const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const weekdayField = 4;
const largest = [59, 23, 31, 12, 7, 2199];

/** AWS has no seconds, wants `?` in one of the two day fields, counts weekdays from 1 = SUN, and lets `a/b` start at a. */
const toCroner = (fields: string): string => ["0", ...fields.trim().split(/\s+/).map(translate)].join(" ");

function translate(field: string, index: number): string {
  if (field === "?" || field === "*") return "*";
  if (index === weekdayField && field.toUpperCase() === "L") return "SAT";
  const parts = field.toUpperCase().split(",");
  return parts
    .map((part) => part.replace(/^([A-Z\d]+)\/(\d+)$/, `$1-${largest[index]}/$2`))
    .map((part) => (index === weekdayField ? nameWeekdays(part) : part))
    .join(",");
}

/** `2-6` → `MON-FRI`, `6#2` → `FRI#2`, `6L` → `FRIL`; the numbers after `#` and `/` are none of weekdays. */
function nameWeekdays(part: string): string {
  const [, days = part, rest = ""] = /^([^#/]+)([#/].*)?$/.exec(part) ?? [];
  return days.replace(/\d+/g, (digits) => weekdays[Number(digits) - 1] ?? digits) + rest;
}
