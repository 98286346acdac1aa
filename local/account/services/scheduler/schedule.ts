import type { FlexibleTimeWindow, ScheduleState, Target } from "@aws-sdk/client-scheduler";
import type { Timer } from "../../endpoint/clock";
import type { Schedule as Expression } from "./cron";

export interface ScheduleGroup {
  readonly name: string;
  readonly arn: string;
  readonly creationDate: Date;
  readonly tags: Map<string, string>;
}

/** What CreateSchedule sets and UpdateSchedule replaces as a whole. */
export interface Settings {
  readonly expression: string;
  readonly parsed: Expression;
  readonly timezone: string;
  readonly target: Target & { readonly Arn: string; readonly RoleArn: string };
  readonly window: FlexibleTimeWindow;
  readonly state: ScheduleState;
  readonly afterCompletion: "NONE" | "DELETE";
  readonly description?: string;
  readonly startDate?: Date;
  readonly endDate?: Date;
}

export interface Schedule {
  readonly arn: string;
  readonly name: string;
  readonly group: string;
  readonly creationDate: Date;
  /** Repeats of the creating call carry the same token. */
  readonly clientToken: string | undefined;
  modificationDate: Date;
  settings: Settings;
  timer?: Timer;
}

/** EventBridge Scheduler in one account and Region. */
export interface Schedules {
  readonly groups: Map<string, ScheduleGroup>;
  /** By `group/name`. */
  readonly schedules: Map<string, Schedule>;
}
