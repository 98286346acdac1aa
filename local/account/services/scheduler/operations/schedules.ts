import { Fault } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Handlers, Host } from "../../../host/service";
import type { Store } from "../../../host/store";
import type { Clients } from "../../../model/clients";
import type { Runs } from "../runs/runs";
import { findSchedule, keyOf, type Schedule, type Schedules, scheduleArn } from "../state/schedule";
import { findGroup } from "../state/schedule-group";
import { readSettings } from "../state/settings";

/** Creates, changes, lists and deletes schedules. */
export function scheduleHandlers(host: Host, store: Store<Schedules>, runs: Runs) {
  const now = () => new Date(host.clock.now());

  return {
    CreateSchedule({ Name: name = "", GroupName: group = "default", ClientToken, ...rest }, call) {
      findGroup(host, store, call, group);
      const arn = scheduleArn(call, group, name);
      const known = store.of(call).schedules.get(keyOf({ group, name }));
      if (known && ClientToken !== undefined && known.clientToken === ClientToken) return { ScheduleArn: arn };
      if (known) throw new Fault("ConflictException", `Schedule ${name} already exists.`);
      const settings = readSettings(host, call, group, rest);
      const created = now();
      const schedule: Schedule = {
        arn,
        name,
        group,
        creationDate: created,
        modificationDate: created,
        settings,
        clientToken: ClientToken,
      };
      store.of(call).schedules.set(keyOf(schedule), schedule);
      runs.arm({ account: call.account, region: call.region }, schedule);
      return { ScheduleArn: arn };
    },

    UpdateSchedule({ Name: name = "", GroupName: group = "default", ClientToken: _, ...rest }, call) {
      const schedule = findSchedule(store, call, group, name);
      schedule.settings = readSettings(host, call, group, rest);
      schedule.modificationDate = now();
      runs.arm({ account: call.account, region: call.region }, schedule);
      return { ScheduleArn: schedule.arn };
    },

    GetSchedule: ({ Name: name = "", GroupName: group = "default" }, call) =>
      describe(findSchedule(store, call, group, name)),

    DeleteSchedule({ Name: name = "", GroupName: group = "default" }, call) {
      const schedule = findSchedule(store, call, group, name);
      runs.disarm(schedule);
      store.of(call).schedules.delete(keyOf(schedule));
      return {};
    },

    ListSchedules({ GroupName, NamePrefix = "", State, NextToken: token, MaxResults: limit = 100 }, call) {
      const found = [...store.of(call).schedules.values()].filter(
        ({ group, name, settings }) =>
          (GroupName ?? group) === group && name.startsWith(NamePrefix) && (State ?? settings.state) === settings.state,
      );
      const { items, next } = page(found, keyOf, { token, limit });
      return { Schedules: items.map(summarise), NextToken: next };
    },
  } satisfies Handlers<Clients["scheduler"]>;
}

function describe({ arn, name, group, creationDate, modificationDate, settings }: Schedule) {
  const { description } = settings;
  return {
    Arn: arn,
    Name: name,
    GroupName: group,
    ScheduleExpression: settings.expression,
    ScheduleExpressionTimezone: settings.timezone,
    State: settings.state,
    Target: settings.target,
    FlexibleTimeWindow: { Mode: "OFF" },
    ActionAfterCompletion: "NONE",
    CreationDate: creationDate,
    LastModificationDate: modificationDate,
    ...(description !== undefined && { Description: description }),
  } as const;
}

const summarise = ({ arn, name, group, creationDate, modificationDate, settings }: Schedule) => ({
  Arn: arn,
  Name: name,
  GroupName: group,
  State: settings.state,
  CreationDate: creationDate,
  LastModificationDate: modificationDate,
  Target: { Arn: settings.target.Arn },
});
