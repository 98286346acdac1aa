import type { Tag } from "@aws-sdk/client-eventbridge";
import { parseArn } from "../../../aws/arn";
import { Fault, notImplemented } from "../../../aws/fault";
import { addTags, listTags, readTagList, removeTags } from "../../../aws/tags";
import type { Caller, Handlers } from "../../../host/service";
import type { Store } from "../../../host/store";
import type { Clients } from "../../../model/clients";
import { limitExceeded, type Rules } from "../state/rule";

/** Tags of rules. */
export function tagHandlers(rules: Store<Rules>) {
  const find = (call: Caller, arn: string) => {
    const [kind, name] = parseArn(arn)?.resource.split("/") ?? [];
    if (kind === "event-bus" && name === "default") throw notImplemented("events: tags of an event bus");
    if (kind === "event-bus") throw new Fault("ResourceNotFoundException", `Event bus ${name} does not exist.`);
    const rule = [...rules.of(call).values()].find((known) => known.arn === arn);
    if (rule) return rule.tags;
    throw new Fault("ResourceNotFoundException", `Rule ${arn.split("/").at(-1)} does not exist on EventBus default.`);
  };
  return {
    TagResource({ ResourceARN = "", Tags = [] }, call) {
      putTags(find(call, ResourceARN), Tags);
      return {};
    },
    UntagResource({ ResourceARN = "", TagKeys }, call) {
      removeTags(find(call, ResourceARN), TagKeys);
      return {};
    },
    ListTagsForResource: ({ ResourceARN = "" }, call) => ({ Tags: listTags(find(call, ResourceARN)) }),
  } satisfies Handlers<Clients["eventbridge"]>;
}

/** Adds tags to those of a rule. Throws LimitExceededException. */
export function putTags(tags: Map<string, string>, added: readonly Tag[]): void {
  addTags(tags, readTagList(added), (limit) => limitExceeded(`${limit} tags per resource`));
}
