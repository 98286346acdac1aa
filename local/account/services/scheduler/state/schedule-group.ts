import { Fault } from "../../../aws/fault";
import type { Call, Host } from "../../../host/service";
import type { Store } from "../../../host/store";
import { groupArn, type ScheduleGroup, type Schedules } from "./schedule";

/** The group with a name; `default` always exists. */
export function findGroup(host: Host, store: Store<Schedules>, call: Call, name: string): ScheduleGroup {
  const { groups } = store.of(call);
  if (name === "default" && !groups.has(name)) groups.set(name, createGroup(host, call, name));
  const group = groups.get(name);
  if (!group) throw new Fault("ResourceNotFoundException", `Schedule group ${name} does not exist.`);
  return group;
}

/** A group without schedules and tags. */
export function createGroup(host: Host, call: Call, name: string): ScheduleGroup {
  return { name, arn: groupArn(call, name), creationDate: new Date(host.clock.now()), tags: new Map() };
}
