// The program and its local account have the same copy of this file, because neither may import the
// other.

const units = new Map([
  ["minute", 60_000],
  ["hour", 3_600_000],
  ["day", 86_400_000],
]);

/** A schedule that runs again and again. */
export type RepeatedSchedule =
  | { readonly kind: "cron"; readonly fields: readonly string[] }
  | { readonly kind: "rate"; readonly milliseconds: number };

/**
 * Reads `cron(…)` or `rate(…)` of EventBridge Scheduler (user guide, "Schedule types"). Throws an
 * Error that says what is wrong with it.
 */
export function parseRepeatedSchedule(expression: string): RepeatedSchedule {
  const [, kind, body = ""] = /^(cron|rate)\((.+)\)$/.exec(expression) ?? [];
  if (kind === "cron") return { kind, fields: readFields(body) };
  if (kind !== "rate") throw new Error("is not cron(…) or rate(…)");
  const [, value, unit = ""] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(body) ?? [];
  const milliseconds = units.get(unit);
  if (!value || !milliseconds) throw new Error("rate() takes a positive number and minutes, hours or days");
  return { kind, milliseconds: Number(value) * milliseconds };
}

/** A field of `cron(…)`. `special` is a part that is no `*`, value, range or step. */
interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
  readonly special?: RegExp;
}

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const cronFields: readonly Field[] = [
  { name: "minutes", least: 0, most: 59 },
  { name: "hours", least: 0, most: 23 },
  { name: "day-of-month", least: 1, most: 31, special: /^(L|LW|\d+W)$/ },
  { name: "month", least: 1, most: 12, names: months },
  { name: "day-of-week", least: 1, most: 7, names: weekdays, special: /^(\w+#[1-5]|\w*L)$/ },
  { name: "year", least: 1970, most: 2199 },
];

function readFields(body: string): readonly string[] {
  const fields = body.toUpperCase().split(" ");
  if (fields.length !== 6) throw new Error(`cron() takes six fields, not ${fields.length}`);
  const [, , day = "", , weekday = ""] = fields;
  if ((day === "?") === (weekday === "?")) {
    throw new Error("exactly one of day-of-month and day-of-week must be ?");
  }
  // The guide's table has no step of weekdays.
  if (weekday.includes("/")) throw new Error("day-of-week takes no step");
  for (const [index, field] of cronFields.entries()) {
    if (fields[index] === "?" && field.special) continue;
    for (const part of fields[index]?.split(",") ?? []) checkPart(part, field);
  }
  return fields;
}

function checkPart(part: string, { name, least, most, names = [], special }: Field): void {
  const read = (text: string) => (names.includes(text) ? names.indexOf(text) + least : Number(text));
  const isValue = (text: string) => /^([A-Z]+|\d+)$/.test(text) && read(text) >= least && read(text) <= most;
  const isRange = (first: string, last: string) => isValue(first) && isValue(last) && read(first) <= read(last);
  // `L` alone, or a day before `L`, `W` and `#`.
  const day = part.replace(/#.$|[LW]+$/, "");
  if (special?.test(part) && (day === "" || isValue(day))) return;
  const [, first = "", last, step = "1"] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part) ?? [];
  const isStep = Number(step) >= 1 && Number(step) <= most;
  if (isStep && (last === undefined ? first === "*" || isValue(first) : isRange(first, last))) return;
  throw new Error(`${name}: "${part}" is not one of its values, which are from ${least} to ${most}`);
}

/**
 * Writes AWS's six fields (minute hour day month weekday year) as croner's seven. Differences: AWS
 * has no seconds and has `?` in one of the two day fields, counts weekdays from 1 = SUN, and lets
 * `a/b` start at a.
 */
export const writePattern = (fields: readonly string[]): string => ["0", ...fields.map(translate)].join(" ");

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

/**
 * Recognises a name of the IANA database. JavaScript also takes offsets, and names in another case.
 */
export function isTimeZone(name: string): boolean {
  try {
    const known = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
    const isOtherCase = known !== name && known.toLowerCase() === name.toLowerCase();
    return !isOtherCase && name.split("/").every((part) => /^[A-Z]/.test(part));
  } catch {
    return false;
  }
}
