import type { Target } from "@aws-sdk/client-eventbridge";
import { parseArn } from "../../../aws/arn";
import { notImplemented } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Handlers } from "../../../host/service";
import type { Store } from "../../../host/store";
import type { Clients } from "../../../model/clients";
import { checkBus, findRule, limitExceeded, type Rules } from "../state/rule";

/** AWS's limit of targets per rule. */
const mostTargets = 5;

/** Sets, lists and removes the targets of rules: topics, which get the whole event. */
export function targetHandlers(store: Store<Rules>) {
  return {
    PutTargets({ Rule: name = "", EventBusName, Targets = [] }, call) {
      checkBus(call, EventBusName);
      const { targets } = findRule(store.of(call), name);
      for (const target of Targets) refuseOthers(target);
      const ids = new Set([...targets.keys(), ...Targets.map(({ Id }) => Id)]);
      if (ids.size > mostTargets) throw limitExceeded(`${mostTargets} targets per rule`);
      for (const { Id = "", Arn = "" } of Targets) targets.set(Id, Arn);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    RemoveTargets({ Rule: name = "", EventBusName, Ids = [] }, call) {
      checkBus(call, EventBusName);
      const { targets } = findRule(store.of(call), name);
      for (const id of Ids) targets.delete(id);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    ListTargetsByRule({ Rule: name = "", EventBusName, NextToken: token, Limit: limit = 100 }, call) {
      checkBus(call, EventBusName);
      const { targets } = findRule(store.of(call), name);
      const { items, next } = page(targets, ([id]) => id, { token, limit });
      return { Targets: items.map(([Id, Arn]) => ({ Id, Arn })), NextToken: next };
    },
  } satisfies Handlers<Clients["eventbridge"]>;
}

/** Refuses everything of a target but a topic's ARN. */
function refuseOthers({ Id: _, Arn = "", ...members }: Target): void {
  const [member] = Object.keys(members);
  if (member !== undefined) throw notImplemented(`events:PutTargets with ${member}`);
  const { service, resource = "" } = parseArn(Arn) ?? {};
  if (service !== "sns" || resource.includes(":")) throw notImplemented(`events: the target ${Arn}`);
}
