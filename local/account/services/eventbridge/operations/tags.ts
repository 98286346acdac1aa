import type { Tag } from "@aws-sdk/client-eventbridge";
import type { Clients } from "../../../endpoint/clients";
import { Fault } from "../../../endpoint/fault";
import type { Handlers, Store } from "../../../endpoint/service";
import { addTags, listTags, readTagList, removeTags } from "../../../endpoint/tags";
import { limitExceeded, type Rule, type Rules } from "../state/rule";

/** Tags of rules. */
export function tagHandlers(store: Store<Rules>) {
  return {
    TagResource({ ResourceARN = "", Tags = [] }, call) {
      putTags(findTagged(store.of(call), ResourceARN).tags, Tags);
      return {};
    },
    UntagResource({ ResourceARN = "", TagKeys }, call) {
      removeTags(findTagged(store.of(call), ResourceARN).tags, TagKeys);
      return {};
    },
    ListTagsForResource: ({ ResourceARN = "" }, call) => ({
      Tags: listTags(findTagged(store.of(call), ResourceARN).tags),
    }),
  } satisfies Handlers<Clients["eventbridge"]>;
}

/** Adds tags to those of a rule. Throws LimitExceededException. */
export function putTags(tags: Map<string, string>, added: readonly Tag[]): void {
  addTags(tags, readTagList(added), (limit) => limitExceeded(`${limit} tags per rule`));
}

function findTagged(rules: Rules, arn: string): Rule {
  const rule = [...rules.values()].find((known) => known.arn === arn);
  if (!rule)
    throw new Fault("ResourceNotFoundException", `Rule ${arn.split("/").at(-1)} does not exist on EventBus default.`);
  return rule;
}
