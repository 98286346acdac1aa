import type { Tag } from "@aws-sdk/client-eventbridge";
import { parseArn } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import { addTags, listTags, readTagList, removeTags } from "../../../aws/tags";
import type { Caller, Handlers, Store } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { type Bus, busArn, noSuchBus } from "../state/bus";
import { limitExceeded, type Rules } from "../state/rule";

/** Tags of rules and of the default bus. */
export function tagHandlers(rules: Store<Rules>, buses: Store<Bus>) {
  const find = (call: Caller, arn: string) => {
    if (arn === busArn(call)) return buses.of(call).tags;
    const [kind, name] = parseArn(arn)?.resource.split("/") ?? [];
    if (kind === "event-bus") throw noSuchBus(name);
    return findRuleTags(rules.of(call), arn);
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

/** Adds tags to those of a resource. Throws LimitExceededException. */
export function putTags(tags: Map<string, string>, added: readonly Tag[]): void {
  addTags(tags, readTagList(added), (limit) => limitExceeded(`${limit} tags per resource`));
}

function findRuleTags(rules: Rules, arn: string): Map<string, string> {
  const rule = [...rules.values()].find((known) => known.arn === arn);
  if (rule) return rule.tags;
  throw new Fault("ResourceNotFoundException", `Rule ${arn.split("/").at(-1)} does not exist on EventBus default.`);
}
