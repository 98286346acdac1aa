import { Cron } from "croner";
import { parseRepeatedSchedule, writePattern } from "../config/schedule-expression";

const hour = 3_600_000;
/** A month of AWS's price examples, in hours. */
export const hoursPerMonth = 730;
/** Of a schedule that runs more often, this many runs show how often. */
const mostRuns = 10_000;

/**
 * Counts the runs of a schedule in a month: those of the next year, by the twelfth. A valid
 * expression is assumed; `now` is where the year begins.
 */
export function countRunsPerMonth(expression: string, timezone: string, now = new Date()): number {
  const schedule = parseRepeatedSchedule(expression);
  if (schedule.kind === "rate") return (hoursPerMonth * hour) / schedule.milliseconds;
  const year = 12 * hoursPerMonth * hour;
  const cron = new Cron(writePattern(schedule.fields), { timezone, paused: true, mode: "7-part" });
  let runs = 0;
  let last = now;
  for (let run = cron.nextRun(now); run && Number(run) < Number(now) + year; run = cron.nextRun(run)) {
    runs++;
    last = run;
    if (runs === mostRuns) return (runs * hoursPerMonth * hour) / (Number(last) - Number(now));
  }
  return runs / 12;
}
