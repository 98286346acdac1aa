import type { Clients } from "../../endpoint/clients";
import { Fault } from "../../endpoint/fault";
import type { Caller, Handlers } from "../../endpoint/service";
import { addTags } from "../../endpoint/tags";
import type { LogGroup } from "./log-group";

interface Named {
  logGroupName?: string | undefined;
  logGroupIdentifier?: string | undefined;
}

const tooMany = (resourceName: string | undefined) => (limit: number) =>
  new Fault("TooManyTagsException", `A resource can have no more than ${limit} tags.`, { members: { resourceName } });

/** Tags of log groups, by the operations of today and by those that came before them. */
export function tagHandlers(find: (caller: Caller, input: Named) => LogGroup) {
  const byArn = (call: Caller, resourceArn: string | undefined) => find(call, { logGroupIdentifier: resourceArn });
  return {
    TagResource(input, call) {
      const { tags } = byArn(call, input.resourceArn);
      addTags(tags, Object.entries(input.tags ?? {}), tooMany(input.resourceArn));
      return {};
    },
    UntagResource(input, call) {
      const { tags } = byArn(call, input.resourceArn);
      for (const key of input.tagKeys ?? []) tags.delete(key);
      return {};
    },
    ListTagsForResource: (input, call) => ({ tags: Object.fromEntries(byArn(call, input.resourceArn).tags) }),

    TagLogGroup(input, call) {
      const { tags } = find(call, input);
      addTags(tags, Object.entries(input.tags ?? {}), tooMany(input.logGroupName));
      return {};
    },
    UntagLogGroup(input, call) {
      const { tags } = find(call, input);
      for (const key of input.tags ?? []) tags.delete(key);
      return {};
    },
    ListTagsLogGroup: (input, call) => ({ tags: Object.fromEntries(find(call, input).tags) }),
  } satisfies Handlers<Clients["cloudwatch-logs"]>;
}
