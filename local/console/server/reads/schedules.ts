import type { GetScheduleOutput } from "@aws-sdk/client-scheduler";
import { readAllPages } from "../../../account/aws/read-all-pages";
import { nextRun, parseSchedule } from "../../../account/languages/cron";
import type { Schedule } from "../../messages";
import type { Place, Selection } from "../selection";

/** Reads the selected schedules: those with a next run first, the soonest of them at the top. */
export async function readSchedules({ places, shows }: Selection, now: number): Promise<Schedule[]> {
  const found = (await Promise.all(places.map((place) => readPlace(place, now)))).flat();
  return found
    .filter(({ name, arn }) => shows({ type: "Schedule", name, arn }))
    .sort((a, b) => ((a.next ?? "~") < (b.next ?? "~") ? -1 : 1));
}

async function readPlace({ view }: Place, now: number): Promise<Schedule[]> {
  const listed = await readAllPages(async (NextToken) => {
    const page = await view("scheduler", "ListSchedules", { NextToken });
    return { items: page.Schedules, next: page.NextToken };
  });
  return Promise.all(
    listed.map(async ({ Name, GroupName }): Promise<Schedule> => {
      const {
        Arn = "",
        ScheduleExpression = "",
        ...schedule
      } = await view("scheduler", "GetSchedule", { Name, GroupName });
      const next = schedule.State === "DISABLED" ? undefined : readNextRun(ScheduleExpression, schedule, now);
      return { name: Name ?? "", arn: Arn, expression: ScheduleExpression, ...(next !== undefined && { next }) };
    }),
  );
}

/** A rate counts from the time at which the schedule began. */
function readNextRun(
  expression: string,
  { ScheduleExpressionTimezone = "UTC", LastModificationDate }: Found,
  now: number,
) {
  const next = nextRun(parseSchedule(expression), ScheduleExpressionTimezone, now, LastModificationDate?.getTime());
  return next === undefined ? undefined : new Date(next).toISOString();
}
type Found = Pick<GetScheduleOutput, "LastModificationDate" | "ScheduleExpressionTimezone">;
