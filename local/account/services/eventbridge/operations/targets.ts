import type { Target } from "@aws-sdk/client-eventbridge";
import { Fault, notImplemented } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Caller, Handlers, Host, Store } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { readKind } from "../delivery/delivery";
import { checkInputs } from "../delivery/input";
import { checkBus } from "../state/bus";
import { findRule, limitExceeded, type Rule, type Rules } from "../state/rule";

/** AWS's limit of targets per rule. */
const mostTargets = 5;
const unsupported = [
  "KinesisParameters",
  "RunCommandParameters",
  "EcsParameters",
  "BatchParameters",
  "SqsParameters",
  "HttpParameters",
  "RedshiftDataParameters",
  "SageMakerPipelineParameters",
  "DeadLetterConfig",
  "AppSyncParameters",
] as const;

/** Sets, lists and removes the targets of rules. */
export function targetHandlers(host: Host, store: Store<Rules>) {
  return {
    PutTargets({ Rule: name = "", EventBusName, Targets = [] }, call) {
      checkBus(call, EventBusName);
      const rule = findRule(store.of(call), name);
      for (const target of Targets) checkTarget(host, call, rule, target);
      const ids = new Set([...rule.targets.keys(), ...Targets.map(({ Id }) => Id)]);
      if (ids.size > mostTargets) {
        throw limitExceeded(`${mostTargets} targets per rule`);
      }
      for (const target of Targets) {
        const { Id = "", Arn = "" } = target;
        rule.targets.set(Id, { ...target, Id, Arn });
      }
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    RemoveTargets({ Rule: name = "", EventBusName, Ids = [] }, call) {
      checkBus(call, EventBusName);
      const rule = findRule(store.of(call), name);
      for (const id of Ids) rule.targets.delete(id);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    ListTargetsByRule({ Rule: name = "", EventBusName, NextToken: token, Limit: limit = 100 }, call) {
      checkBus(call, EventBusName);
      const { targets } = findRule(store.of(call), name);
      const { items, next } = page(targets.values(), ({ Id }) => Id, { token, limit });
      return { Targets: items, NextToken: next };
    },

    ListRuleNamesByTarget({ TargetArn, EventBusName, NextToken: token, Limit: limit = 100 }, call) {
      checkBus(call, EventBusName);
      const names = [...store.of(call).values()]
        .filter(({ targets }) => [...targets.values()].some(({ Arn }) => Arn === TargetArn))
        .map(({ name }) => name);
      const { items, next } = page(names, (name) => name, { token, limit });
      return { RuleNames: items, NextToken: next };
    },
  } satisfies Handlers<Clients["eventbridge"]>;
}

function checkTarget(host: Host, { region }: Caller, rule: Rule, target: Target): void {
  const { Arn = "" } = target;
  for (const member of unsupported)
    if (target[member] !== undefined) throw notImplemented(`events:PutTargets with ${member}`);
  if (!/^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:\d*:.+$/.test(Arn)) {
    throw new Fault(
      "ValidationException",
      `Parameter ${Arn} is not valid. Reason: Provided Arn is not in correct format.`,
    );
  }
  const kind = readKind(Arn);
  checkInputs(target);
  if (kind !== "states") {
    if (target.RoleArn === undefined) return;
    throw new Fault("ValidationException", `RoleArn is not supported for target ${Arn}.`);
  }
  const RoleArn = target.RoleArn ?? rule.roleArn;
  if (RoleArn === undefined) throw new Fault("ValidationException", `RoleArn is required for target ${Arn}.`);
  try {
    host.assumeRole("events.amazonaws.com", RoleArn, { sessionName: "create", region, sourceArn: rule.arn });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const problem = `Provided role '${RoleArn}' cannot be assumed by principal 'events.amazonaws.com'.`;
    throw new Fault("ValidationException", problem);
  }
}
