import type { Tag } from "@aws-sdk/client-scheduler";
import type { Clients } from "../../endpoint/clients";
import { Fault } from "../../endpoint/fault";
import type { Call, Handlers, Host, Store } from "../../endpoint/service";
import { addTags } from "../../endpoint/tags";
import { pageOf } from "./page";
import type { Runs } from "./runs";
import type { ScheduleGroup, Schedules } from "./schedule";

/** Quota of a Region (Scheduler user guide, "Quotas"). */
const mostGroups = 500;
const pairsOf = (tags: readonly Tag[]) => tags.map(({ Key = "", Value = "" }) => [Key, Value] as const);
const tooManyTags = (limit: number) =>
  new Fault("ServiceQuotaExceededException", `A schedule group has ${limit} tags at most.`);

/** The group of that name; `default` is always there. */
export function findGroup(host: Host, store: Store<Schedules>, call: Call, name: string): ScheduleGroup {
  const { groups } = store.of(call);
  if (name === "default" && !groups.has(name)) groups.set(name, newGroup(host, call, name));
  const group = groups.get(name);
  if (!group) throw new Fault("ResourceNotFoundException", `Schedule group ${name} does not exist.`);
  return group;
}

function newGroup(host: Host, { region, account }: Call, name: string): ScheduleGroup {
  const arn = `arn:aws:scheduler:${region}:${account}:schedule-group/${name}`;
  return { name, arn, creationDate: new Date(host.clock.now()), tags: new Map() };
}

/** Schedule groups and their tags: tags are on groups only, as in AWS. */
export function groupOperations(host: Host, store: Store<Schedules>, runs: Runs) {
  const byArn = (call: Call, arn: string): ScheduleGroup => {
    findGroup(host, store, call, "default");
    const group = [...store.of(call).groups.values()].find((known) => known.arn === arn);
    if (!group) throw new Fault("ResourceNotFoundException", `Resource ${arn} does not exist.`);
    return group;
  };

  return {
    CreateScheduleGroup({ Name: name = "", Tags = [] }, call) {
      const { groups } = store.of(call);
      if (name === "default" || groups.has(name)) {
        throw new Fault("ConflictException", `Schedule group ${name} already exists.`);
      }
      if (groups.size >= mostGroups) {
        throw new Fault("ServiceQuotaExceededException", `An account has ${mostGroups} schedule groups at most.`);
      }
      const group = newGroup(host, call, name);
      addTags(group.tags, pairsOf(Tags), tooManyTags);
      groups.set(name, group);
      return { ScheduleGroupArn: group.arn };
    },

    GetScheduleGroup({ Name: name = "" }, call) {
      return described(findGroup(host, store, call, name));
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

    ListScheduleGroups({ NamePrefix = "", NextToken, MaxResults }, call) {
      findGroup(host, store, call, "default");
      const found = [...store.of(call).groups.values()]
        .filter(({ name }) => name.startsWith(NamePrefix))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const { page, ...rest } = pageOf(found, ({ name }) => name, NextToken, MaxResults);
      return { ScheduleGroups: page.map(described), ...rest };
    },

    TagResource({ ResourceArn = "", Tags = [] }, call) {
      const { tags } = byArn(call, ResourceArn);
      addTags(tags, pairsOf(Tags), tooManyTags);
      return {};
    },

    UntagResource({ ResourceArn = "", TagKeys = [] }, call) {
      const { tags } = byArn(call, ResourceArn);
      for (const key of TagKeys) tags.delete(key);
      return {};
    },

    ListTagsForResource({ ResourceArn = "" }, call) {
      return { Tags: [...byArn(call, ResourceArn).tags].map(([Key, Value]) => ({ Key, Value })) };
    },
  } satisfies Handlers<Clients["scheduler"]>;
}

function described({ name, arn, creationDate }: ScheduleGroup) {
  return {
    Name: name,
    Arn: arn,
    State: "ACTIVE",
    CreationDate: creationDate,
    LastModificationDate: creationDate,
  } as const;
}
