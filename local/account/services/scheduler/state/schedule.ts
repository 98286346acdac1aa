import type { ScheduleState, Target } from "@aws-sdk/client-scheduler";
import { arnIn, type Scope } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import type { Caller } from "../../../host/service";
import type { Store } from "../../../host/store";
import type { Schedule as Expression } from "../../../languages/cron";
import type { Timer } from "../../../time/clock";

export interface ScheduleGroup {
  readonly name: string;
  readonly arn: string;
  readonly creationDate: Date;
  readonly tags: Map<string, string>;
}

/** The settings that CreateSchedule sets and UpdateSchedule replaces as a whole. */
export interface Settings {
  readonly expression: string;
  readonly parsed: Expression;
  readonly timezone: string;
  readonly target: Target & { readonly Arn: string; readonly RoleArn: string };
  readonly state: ScheduleState;
  readonly description?: string;
}

export interface Schedule {
  readonly arn: string;
  readonly name: string;
  readonly group: string;
  readonly creationDate: Date;
  /** Repeated calls of CreateSchedule have the same token. */
  readonly clientToken: string | undefined;
  modificationDate: Date;
  settings: Settings;
  timer?: Timer;
}

/** EventBridge Scheduler in one account and Region. */
export interface Schedules {
  readonly groups: Map<string, ScheduleGroup>;
  /** The schedules by `group/name`. */
  readonly schedules: Map<string, Schedule>;
}

export const keyOf = ({ group, name }: Pick<Schedule, "group" | "name">) => `${group}/${name}`;

export const scheduleArn = (scope: Scope, group: string, name: string) =>
  arnIn(scope, "scheduler", `schedule/${group}/${name}`);

export const groupArn = (scope: Scope, name = "") => arnIn(scope, "scheduler", `schedule-group/${name}`);

/** Throws ResourceNotFoundException. */
export function findSchedule(store: Store<Schedules>, call: Caller, group: string, name: string): Schedule {
  const schedule = store.of(call).schedules.get(keyOf({ group, name }));
  if (!schedule) throw new Fault("ResourceNotFoundException", `Schedule ${name} does not exist.`);
  return schedule;
}
