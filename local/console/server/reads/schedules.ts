import { readAllPages } from "../../../account/aws/read-all-pages";
import { nextRun, parseSchedule } from "../../../account/languages/cron";
import type { Clock, Stack } from "../../messages";
import type { Calls } from "../caller";

/**
 * Reads the next runs of the stack's schedules, soonest first. Rates are left out: they have no time that a reader waits
 * for.
 */
export async function readNextSchedules(stack: Stack, view: Calls, now: number): Promise<Clock["nextSchedules"]> {
  const listed = await readAllPages(async (NextToken) => {
    const page = await view("scheduler", "ListSchedules", { NextToken });
    return { items: page.Schedules, next: page.NextToken };
  });
  const described = await Promise.all(
    listed
      .filter(({ Name = "" }) => Name.includes(stack.name))
      .map(({ Name, GroupName }) => view("scheduler", "GetSchedule", { Name, GroupName })),
  );
  return described
    .flatMap(({ Name = "", ScheduleExpression = "", ScheduleExpressionTimezone = "UTC" }) => {
      const schedule = parseSchedule(ScheduleExpression);
      const next = schedule.kind === "rate" ? undefined : nextRun(schedule, ScheduleExpressionTimezone, now);
      return next === undefined ? [] : [{ name: Name, at: new Date(next).toISOString() }];
    })
    .sort((a, b) => (a.at < b.at ? -1 : 1));
}
