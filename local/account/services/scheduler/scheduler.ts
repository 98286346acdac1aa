import type { Clients } from "../../endpoint/clients";
import { Fault } from "../../endpoint/fault";
import { onAny, passRole } from "../../endpoint/permission";
import type { Call, Handlers, Host, Permissions, Service, Store } from "../../endpoint/service";
import { defineService } from "../../endpoint/service";
import { findGroup, groupOperations } from "./groups";
import { pageOf } from "./page";
import { createRuns, type Runs } from "./runs";
import type { Schedule, Schedules } from "./schedule";
import { readSettings } from "./settings";

/** Amazon EventBridge Scheduler: cron, rate and one-time schedules that call a target as the target's role. */
export function scheduler(host: Host): Service<"scheduler"> {
  const schedules = host.store((): Schedules => ({ groups: new Map(), schedules: new Map() }));
  const runs = createRuns(host, (place, schedule) => {
    if (schedule.settings.afterCompletion === "DELETE") schedules.of(place).schedules.delete(keyOf(schedule));
  });
  return defineService({
    name: "scheduler",
    iamPrefix: "scheduler",
    validationError: "ValidationException",
    handlers: { ...scheduleOperations(host, schedules, runs), ...groupOperations(host, schedules, runs) },
    permissions,
  });
}

const keyOf = ({ group, name }: Pick<Schedule, "group" | "name">) => `${group}/${name}`;
const arnOf = ({ region, account }: Call, group: string, name: string) =>
  `arn:aws:scheduler:${region}:${account}:schedule/${group}/${name}`;

function scheduleOperations(host: Host, store: Store<Schedules>, runs: Runs) {
  const now = () => new Date(host.clock.now());

  return {
    async CreateSchedule({ Name: name = "", GroupName: group = "default", ClientToken, ...rest }, call) {
      findGroup(host, store, call, group);
      const arn = arnOf(call, group, name);
      const known = store.of(call).schedules.get(keyOf({ group, name }));
      if (known && ClientToken !== undefined && known.clientToken === ClientToken) return { ScheduleArn: arn };
      if (known) throw new Fault("ConflictException", `Schedule ${name} already exists.`);
      const settings = await readSettings(host, call, arn, rest);
      const created = now();
      const schedule: Schedule = {
        ...{ arn, name, group, creationDate: created, modificationDate: created, settings, clientToken: ClientToken },
      };
      store.of(call).schedules.set(keyOf(schedule), schedule);
      runs.arm({ account: call.account, region: call.region }, schedule);
      return { ScheduleArn: arn };
    },

    async UpdateSchedule({ Name: name = "", GroupName: group = "default", ClientToken: _, ...rest }, call) {
      const schedule = find(store, call, group, name);
      schedule.settings = await readSettings(host, call, schedule.arn, rest);
      schedule.modificationDate = now();
      runs.arm({ account: call.account, region: call.region }, schedule);
      return { ScheduleArn: schedule.arn };
    },

    GetSchedule({ Name: name = "", GroupName: group = "default" }, call) {
      const { arn, creationDate, modificationDate, settings } = find(store, call, group, name);
      const { description, startDate, endDate } = settings;
      return {
        Arn: arn,
        Name: name,
        GroupName: group,
        ScheduleExpression: settings.expression,
        ScheduleExpressionTimezone: settings.timezone,
        State: settings.state,
        Target: settings.target,
        FlexibleTimeWindow: settings.window,
        ActionAfterCompletion: settings.afterCompletion,
        CreationDate: creationDate,
        LastModificationDate: modificationDate,
        ...(description !== undefined && { Description: description }),
        ...(startDate && { StartDate: startDate }),
        ...(endDate && { EndDate: endDate }),
      };
    },

    DeleteSchedule({ Name: name = "", GroupName: group = "default" }, call) {
      const schedule = find(store, call, group, name);
      runs.disarm(schedule);
      store.of(call).schedules.delete(keyOf(schedule));
      return {};
    },

    ListSchedules({ GroupName, NamePrefix = "", State, NextToken, MaxResults }, call) {
      const found = [...store.of(call).schedules.values()]
        .filter(({ group, name, settings }) => {
          return (
            (GroupName ?? group) === group &&
            name.startsWith(NamePrefix) &&
            (State ?? settings.state) === settings.state
          );
        })
        .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
      const { page, ...rest } = pageOf(found, keyOf, NextToken, MaxResults);
      return {
        Schedules: page.map(({ arn, name, group, creationDate, modificationDate, settings }) => ({
          Arn: arn,
          Name: name,
          GroupName: group,
          State: settings.state,
          CreationDate: creationDate,
          LastModificationDate: modificationDate,
          Target: { Arn: settings.target.Arn },
        })),
        ...rest,
      };
    },
  } satisfies Handlers<Clients["scheduler"]>;
}

function find(store: Store<Schedules>, call: Call, group: string, name: string): Schedule {
  const schedule = store.of(call).schedules.get(keyOf({ group, name }));
  if (!schedule) throw new Fault("ResourceNotFoundException", `Schedule ${name} does not exist.`);
  return schedule;
}

const on = (action: string, resource: string) => ({ action: `scheduler:${action}`, resource });
const groupArn = ({ region, account }: Call, name = "") =>
  `arn:aws:scheduler:${region}:${account}:schedule-group/${name}`;

const permissions = {
  CreateSchedule: ({ Name = "", GroupName = "default", Target }, call) => [
    on("CreateSchedule", arnOf(call, GroupName, Name)),
    ...passRole(Target?.RoleArn, "scheduler.amazonaws.com"),
  ],
  UpdateSchedule: ({ Name = "", GroupName = "default", Target }, call) => [
    on("UpdateSchedule", arnOf(call, GroupName, Name)),
    ...passRole(Target?.RoleArn, "scheduler.amazonaws.com"),
  ],
  GetSchedule: ({ Name = "", GroupName = "default" }, call) => [on("GetSchedule", arnOf(call, GroupName, Name))],
  DeleteSchedule: ({ Name = "", GroupName = "default" }, call) => [on("DeleteSchedule", arnOf(call, GroupName, Name))],
  CreateScheduleGroup: ({ Name }, call) => [on("CreateScheduleGroup", groupArn(call, Name))],
  GetScheduleGroup: ({ Name }, call) => [on("GetScheduleGroup", groupArn(call, Name))],
  DeleteScheduleGroup: ({ Name }, call) => [on("DeleteScheduleGroup", groupArn(call, Name))],
  TagResource: ({ ResourceArn = "*" }) => [on("TagResource", ResourceArn)],
  UntagResource: ({ ResourceArn = "*" }) => [on("UntagResource", ResourceArn)],
  ListTagsForResource: ({ ResourceArn = "*" }) => [on("ListTagsForResource", ResourceArn)],
  ListSchedules: onAny("scheduler:ListSchedules"),
  ListScheduleGroups: onAny("scheduler:ListScheduleGroups"),
} satisfies Partial<Permissions<Clients["scheduler"]>>;
