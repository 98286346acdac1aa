import { Fault } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Handlers, Host } from "../../../host/service";
import type { Store } from "../../../host/store";
import type { Clients } from "../../../model/clients";
import type { Runs } from "../runs/runs";
import type { ScheduleGroup, Schedules } from "../state/schedule";
import { createGroup, findGroup } from "../state/schedule-group";
import { putTags } from "./tags";

/** Quota of a Region (Scheduler user guide, "Quotas"). */
const mostGroups = 500;

/** Creates, lists and deletes schedule groups. */
export function groupHandlers(host: Host, store: Store<Schedules>, runs: Runs) {
  return {
    CreateScheduleGroup({ Name: name = "", Tags = [] }, call) {
      const { groups } = store.of(call);
      if (name === "default" || groups.has(name)) {
        throw new Fault("ConflictException", `Schedule group ${name} already exists.`);
      }
      if (groups.size >= mostGroups) {
        throw new Fault("ServiceQuotaExceededException", `An account has ${mostGroups} schedule groups at most.`);
      }
      const group = createGroup(host, call, name);
      putTags(group.tags, Tags);
      groups.set(name, group);
      return { ScheduleGroupArn: group.arn };
    },

    GetScheduleGroup({ Name: name = "" }, call) {
      return describe(findGroup(host, store, call, name));
    },

    DeleteScheduleGroup({ Name: name = "" }, call) {
      if (name === "default") throw new Fault("ValidationException", "The default schedule group cannot be deleted.");
      findGroup(host, store, call, name);
      const { groups, schedules } = store.of(call);
      for (const [key, schedule] of schedules) {
        if (schedule.group !== name) continue;
        runs.disarm(schedule);
        schedules.delete(key);
      }
      groups.delete(name);
      return {};
    },

    ListScheduleGroups({ NamePrefix = "", NextToken: token, MaxResults: limit = 100 }, call) {
      findGroup(host, store, call, "default");
      const found = [...store.of(call).groups.values()].filter(({ name }) => name.startsWith(NamePrefix));
      const { items, next } = page(found, ({ name }) => name, { token, limit });
      return { ScheduleGroups: items.map(describe), NextToken: next };
    },
  } satisfies Handlers<Clients["scheduler"]>;
}

function describe({ name, arn, creationDate }: ScheduleGroup) {
  return {
    Name: name,
    Arn: arn,
    State: "ACTIVE",
    CreationDate: creationDate,
    LastModificationDate: creationDate,
  } as const;
}
