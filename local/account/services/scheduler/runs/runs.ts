import type { Scope } from "../../../aws/arn";
import { emitMetric, type MetricSource } from "../../../host/metric";
import type { Host } from "../../../host/service";
import { createUuid } from "../../../host/uuid";
import { nextRun } from "../../../languages/cron";
import { canRetry, retryDelay } from "../../../time/retry";
import type { Schedule } from "../state/schedule";
import { assumeTargetRole } from "./role";
import { readCall } from "./target";

/** Keeps one timer per enabled schedule, for its next run. */
export interface Runs {
  arm(scope: Scope, schedule: Schedule): void;
  disarm(schedule: Schedule): void;
}

/** `onComplete` is called for a schedule after its last run. */
export function createRuns(host: Host, onComplete: (scope: Scope, schedule: Schedule) => void): Runs {
  const { clock } = host;

  const disarm = (schedule: Schedule) => {
    schedule.timer?.cancel();
    delete schedule.timer;
  };

  const armAfter = (scope: Scope, schedule: Schedule, from: number) => {
    disarm(schedule);
    const { parsed, timezone, state, window, startDate, endDate } = schedule.settings;
    if (state !== "ENABLED") return;
    // A rate runs first when its schedule begins: at StartDate, else at once.
    const anchor = startDate?.getTime() ?? schedule.modificationDate.getTime();
    const earliest = Math.max(from, (startDate?.getTime() ?? 0) - 1);
    const time = nextRun(parsed, timezone, earliest, anchor);
    if (time === undefined || (endDate && time > endDate.getTime())) return onComplete(scope, schedule);
    const minutes = window.Mode === "FLEXIBLE" ? (window.MaximumWindowInMinutes ?? 0) : 0;
    const late = Math.floor((host.randomBytes(4).readUInt32BE() / 2 ** 32) * minutes * 60_000);
    schedule.timer = runAt(time + late, `schedule ${schedule.name}`, { scope, schedule, time });
  };
  const runAt = host.timer<Run>("scheduler: run", ({ scope, schedule, time }) => {
    // If the account missed several runs while it was stopped, the schedule runs once.
    armAfter(scope, schedule, Math.max(time, clock.started));
    const run = { scheduledTime: time, executionId: createUuid(host), attempt: 1 };
    return deliver({ scope, schedule, run });
  });

  /** One attempt; a failure that may pass is tried again by the clock, until the target's retry policy is used up. */
  const deliver = async ({ scope, schedule, run }: Delivery): Promise<void> => {
    const { target } = schedule.settings;
    const { MaximumRetryAttempts: most = 0, MaximumEventAgeInSeconds: oldest = 0 } = target.RetryPolicy ?? {};
    const count = (name: string) => emitMetric(host, metricSource(scope, schedule), name);
    try {
      count("InvocationAttemptCount");
      const options = { group: schedule.group, sessionName: run.executionId };
      const session = assumeTargetRole(host, scope, target.RoleArn, options);
      const { service, operation, input } = await readCall(target, { ...run, ...scope, scheduleArn: schedule.arn });
      await host.dispatch({ ...scope, principal: session.principal }, service, operation, input);
    } catch (error) {
      count("TargetErrorCount");
      const delay = retryDelay(run.attempt);
      const inTime = clock.now() + delay <= run.scheduledTime + oldest * 1000;
      if (!canRetry(error) || run.attempt > most || !inTime) return count("InvocationDroppedCount");
      const next = { scope, schedule, run: { ...run, attempt: run.attempt + 1 } };
      deliverAt(clock.now() + delay, `retry of schedule ${schedule.name}`, next);
    }
  };
  const deliverAt = host.timer("scheduler: retry", deliver);

  return { arm: (scope, schedule) => armAfter(scope, schedule, clock.now() - 1), disarm };
}

/** The next run of a schedule. */
interface Run {
  readonly scope: Scope;
  readonly schedule: Schedule;
  /** The scheduled time; a flexible window can make it later. */
  readonly time: number;
}

interface Delivery {
  readonly scope: Scope;
  readonly schedule: Schedule;
  readonly run: Attempt;
}

interface Attempt {
  readonly scheduledTime: number;
  readonly executionId: string;
  readonly attempt: number;
}

const metricSource = ({ account, region }: Scope, { group }: Schedule): MetricSource => ({
  account,
  region,
  namespace: "AWS/Scheduler",
  dimensions: { ScheduleGroup: group },
});
