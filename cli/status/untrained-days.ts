import { Cron } from "croner";
import { parseRepeatedSchedule, writePattern } from "../../stacks/config/schedule-expression";
import type { TimeAwake } from "../stack/awake-times";
import type { RetrainingSchedule } from "../stack/retraining-schedule";

const hour = 3_600_000;
/** On so many days a stack that rests may be awake without a training. */
const week = 7;

/** Days on which a stack was awake, and in whose waking hours its schedule has no time. */
export interface UntrainedDays {
  readonly days: number;
  /** The last training, or the first time that is known. */
  readonly since: Date;
}

/**
 * Finds out whether the schedule of a stack that rests at times never meets it awake: since its
 * last training it was awake on a week of days, and at no time of today's schedule. Undefined where
 * it is not so, or not known: a `rate(…)` begins when it is switched on.
 */
export function findUntrainedDays(facts: {
  readonly timesAwake: readonly TimeAwake[];
  /** When trainings began, of each model the last. */
  readonly trainings: readonly Date[];
  readonly schedule: RetrainingSchedule | undefined;
  readonly now: Date;
}): UntrainedDays | undefined {
  const { timesAwake, trainings, now } = facts;
  const [first] = timesAwake;
  const rests = timesAwake.some(({ to }) => to);
  if (!first || !rests || trainings.length === 0 || !facts.schedule) return undefined;
  const { expression, timeZone } = facts.schedule;
  const schedule = parseRepeatedSchedule(expression);
  if (schedule.kind === "rate") return undefined;
  const since = new Date(Math.max(Number(first.from), ...trainings.map(Number)));
  const awake = timesAwake
    .map(({ from, to = now }) => ({ from: new Date(Math.max(Number(from), Number(since))), to }))
    .filter(({ from, to }) => from < to);
  const cron = new Cron(writePattern(schedule.fields), { timezone: timeZone, paused: true, mode: "7-part" });
  const meets = awake.some(({ from, to }) => {
    // `nextRun` is after its argument.
    const next = cron.nextRun(new Date(Number(from) - 1));
    return next !== null && next <= to;
  });
  const days = countDays(awake, timeZone);
  return meets || days < week ? undefined : { days, since };
}

/** Counts the days of the time zone that have some of these times. */
function countDays(times: readonly { from: Date; to: Date }[], timeZone: string): number {
  const format = new Intl.DateTimeFormat("en", { timeZone, dateStyle: "short" });
  const days = new Set<string>();
  for (const { from, to } of times) {
    for (let time = Number(from); time < Number(to); time += hour) days.add(format.format(time));
    days.add(format.format(to));
  }
  return days.size;
}
