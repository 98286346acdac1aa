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

export function createRuns(host: Host): Runs {
  const { clock } = host;

  const disarm = (schedule: Schedule) => {
    schedule.timer?.cancel();
    delete schedule.timer;
  };

  const armAfter = (scope: Scope, schedule: Schedule, from: number) => {
    disarm(schedule);
    const { parsed, timezone, state } = schedule.settings;
    // A rate runs first when its schedule begins.
    const time = state === "ENABLED" && nextRun(parsed, timezone, from, schedule.modificationDate.getTime());
    if (!time) return;
    schedule.timer = clock.at(time, `schedule ${schedule.name}`, () => {
      armAfter(scope, schedule, time);
      return deliver(scope, schedule, { scheduledTime: time, executionId: createUuid(host), attempt: 1 });
    });
  };

  /**
   * One attempt; a failure that may pass is tried again by the clock, until the target's retry
   * policy is used up.
   */
  const deliver = async (scope: Scope, schedule: Schedule, run: Attempt): Promise<void> => {
    const { target } = schedule.settings;
    const { MaximumRetryAttempts: most = 0, MaximumEventAgeInSeconds: oldest = 0 } = target.RetryPolicy ?? {};
    const count = (name: string) => emitMetric(host, metricSource(scope, schedule), name);
    try {
      count("InvocationAttemptCount");
      const options = { group: schedule.group, sessionName: run.executionId };
      const session = assumeTargetRole(host, scope, target.RoleArn, options);
      const { service, operation, input } = readCall(target, { ...run, ...scope, scheduleArn: schedule.arn });
      await host.dispatch({ ...scope, principal: session.principal }, service, operation, input);
    } catch (error) {
      count("TargetErrorCount");
      const delay = retryDelay(run.attempt);
      const inTime = clock.now() + delay <= run.scheduledTime + oldest * 1000;
      if (!canRetry(error) || run.attempt > most || !inTime) return count("InvocationDroppedCount");
      const next = { ...run, attempt: run.attempt + 1 };
      clock.at(clock.now() + delay, `retry of schedule ${schedule.name}`, () => deliver(scope, schedule, next));
    }
  };

  return { arm: (scope, schedule) => armAfter(scope, schedule, clock.now() - 1), disarm };
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
