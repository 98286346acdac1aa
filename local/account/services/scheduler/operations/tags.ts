import type { Tag } from "@aws-sdk/client-scheduler";
import { Fault } from "../../../aws/fault";
import { addTags, listTags, readTagList, removeTags } from "../../../aws/tags";
import type { Call, Handlers, Host } from "../../../host/service";
import type { Store } from "../../../host/store";
import type { Clients } from "../../../model/clients";
import type { ScheduleGroup, Schedules } from "../state/schedule";
import { findGroup } from "../state/schedule-group";

/** Tags of schedule groups; schedules have none, as in AWS. */
export function tagHandlers(host: Host, store: Store<Schedules>) {
  const findTagged = (call: Call, arn: string): ScheduleGroup => {
    findGroup(host, store, call, "default");
    const group = [...store.of(call).groups.values()].find((known) => known.arn === arn);
    if (!group) throw new Fault("ResourceNotFoundException", `Resource ${arn} does not exist.`);
    return group;
  };

  return {
    TagResource({ ResourceArn = "", Tags = [] }, call) {
      putTags(findTagged(call, ResourceArn).tags, Tags);
      return {};
    },
    UntagResource({ ResourceArn = "", TagKeys }, call) {
      removeTags(findTagged(call, ResourceArn).tags, TagKeys);
      return {};
    },
    ListTagsForResource: ({ ResourceArn = "" }, call) => ({ Tags: listTags(findTagged(call, ResourceArn).tags) }),
  } satisfies Handlers<Clients["scheduler"]>;
}

/** Adds tags to those of a group. Throws ServiceQuotaExceededException. */
export function putTags(tags: Map<string, string>, added: readonly Tag[]): void {
  const tooMany = (limit: number) =>
    new Fault("ServiceQuotaExceededException", `A schedule group has ${limit} tags at most.`);
  addTags(tags, readTagList(added), tooMany);
}
