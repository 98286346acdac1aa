import { onAny, passRole } from "../../host/permission";
import type { Permissions } from "../../host/service";
import type { Clients } from "../../model/clients";
import { groupArn, scheduleArn } from "./state/schedule";

const on = (action: string, resource: string) => ({ action: `scheduler:${action}`, resource });

/** Actions and resources as the Service Authorization Reference lists them. */
export const permissions = {
  CreateSchedule: ({ Name = "", GroupName = "default", Target }, call) => [
    on("CreateSchedule", scheduleArn(call, GroupName, Name)),
    ...passRole(Target?.RoleArn, "scheduler.amazonaws.com"),
  ],
  UpdateSchedule: ({ Name = "", GroupName = "default", Target }, call) => [
    on("UpdateSchedule", scheduleArn(call, GroupName, Name)),
    ...passRole(Target?.RoleArn, "scheduler.amazonaws.com"),
  ],
  GetSchedule: ({ Name = "", GroupName = "default" }, call) => [on("GetSchedule", scheduleArn(call, GroupName, Name))],
  DeleteSchedule: ({ Name = "", GroupName = "default" }, call) => [
    on("DeleteSchedule", scheduleArn(call, GroupName, Name)),
  ],
  CreateScheduleGroup: ({ Name }, call) => [on("CreateScheduleGroup", groupArn(call, Name))],
  GetScheduleGroup: ({ Name }, call) => [on("GetScheduleGroup", groupArn(call, Name))],
  DeleteScheduleGroup: ({ Name }, call) => [on("DeleteScheduleGroup", groupArn(call, Name))],
  TagResource: ({ ResourceArn = "*" }) => [on("TagResource", ResourceArn)],
  UntagResource: ({ ResourceArn = "*" }) => [on("UntagResource", ResourceArn)],
  ListTagsForResource: ({ ResourceArn = "*" }) => [on("ListTagsForResource", ResourceArn)],
  ListSchedules: onAny("scheduler:ListSchedules"),
  ListScheduleGroups: onAny("scheduler:ListScheduleGroups"),
} satisfies Partial<Permissions<Clients["scheduler"]>>;
