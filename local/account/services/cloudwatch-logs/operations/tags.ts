import { Fault } from "../../../aws/fault";
import { addTags, removeTags } from "../../../aws/tags";
import type { Caller, Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import type { LogGroups } from "../state/log-groups";

const tooMany = (resourceName: string | undefined) => (limit: number) =>
  new Fault("TooManyTagsException", `A resource can have no more than ${limit} tags.`, { members: { resourceName } });

/** Tags of log groups. The Terraform provider reads them by the deprecated operation. */
export function tagHandlers(groups: LogGroups) {
  const byArn = (call: Caller, resourceArn: string | undefined) =>
    groups.find(call, { logGroupIdentifier: resourceArn });
  return {
    TagResource(input, call) {
      const { tags } = byArn(call, input.resourceArn);
      addTags(tags, Object.entries(input.tags ?? {}), tooMany(input.resourceArn));
      return {};
    },
    UntagResource(input, call) {
      removeTags(byArn(call, input.resourceArn).tags, input.tagKeys);
      return {};
    },
    ListTagsForResource: (input, call) => ({ tags: Object.fromEntries(byArn(call, input.resourceArn).tags) }),
    ListTagsLogGroup: (input, call) => ({ tags: Object.fromEntries(groups.find(call, input).tags) }),
  } satisfies Handlers<Clients["cloudwatch-logs"]>;
}
