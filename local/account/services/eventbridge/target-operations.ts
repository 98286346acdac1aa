import type { Target } from "@aws-sdk/client-eventbridge";
import type { Clients } from "../../endpoint/clients";
import { Fault, notImplemented } from "../../endpoint/fault";
import type { Caller, Handlers, Host, Store } from "../../endpoint/service";
import { pageOf } from "../scheduler/page";
import { kindOf } from "./delivery";
import { checkInputs } from "./input";
import { checkBus, findRule, type Rules } from "./rule";

/** AWS's limit of targets per rule. */
const mostTargets = 5;
const unwritten = [
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

/** What a rule hands its events to. */
export function targetOperations(host: Host, store: Store<Rules>) {
  return {
    PutTargets({ Rule: name = "", EventBusName, Targets = [] }, call) {
      checkBus(call, EventBusName);
      const rule = findRule(store.of(call), name);
      for (const target of Targets) checkTarget(host, call, target);
      const ids = new Set([...rule.targets.keys(), ...Targets.map(({ Id }) => Id)]);
      if (ids.size > mostTargets) {
        throw new Fault(
          "LimitExceededException",
          `The requested resource exceeds the maximum number allowed: ${mostTargets} targets per rule.`,
        );
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

    ListTargetsByRule({ Rule: name = "", EventBusName, NextToken, Limit }, call) {
      checkBus(call, EventBusName);
      const targets = [...findRule(store.of(call), name).targets.values()].sort((a, b) => (a.Id < b.Id ? -1 : 1));
      const { page, ...rest } = pageOf(targets, ({ Id }) => Id, NextToken, Limit);
      return { Targets: page, ...rest };
    },

    ListRuleNamesByTarget({ TargetArn, EventBusName, NextToken, Limit }, call) {
      checkBus(call, EventBusName);
      const names = [...store.of(call).values()]
        .filter(({ targets }) => [...targets.values()].some(({ Arn }) => Arn === TargetArn))
        .map(({ name }) => name)
        .sort();
      const { page, ...rest } = pageOf(names, (name) => name, NextToken, Limit);
      return { RuleNames: page, ...rest };
    },
  } satisfies Handlers<Clients["eventbridge"]>;
}

function checkTarget(host: Host, { region }: Caller, target: Target): void {
  const { Arn = "", RoleArn } = target;
  for (const member of unwritten)
    if (target[member] !== undefined) throw notImplemented(`${member} of a rule's target`);
  if (!/^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:\d*:.+$/.test(Arn)) {
    throw new Fault(
      "ValidationException",
      `Parameter ${Arn} is not valid. Reason: Provided Arn is not in correct format.`,
    );
  }
  const kind = kindOf(Arn);
  checkInputs(target);
  if (kind !== "states") {
    if (RoleArn !== undefined) throw new Fault("ValidationException", `RoleArn is not supported for target ${Arn}.`);
    return;
  }
  if (RoleArn === undefined) throw new Fault("ValidationException", `RoleArn is required for target ${Arn}.`);
  try {
    host.assumeRole("events.amazonaws.com", RoleArn, { sessionName: "create", region });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const problem = `Provided role '${RoleArn}' cannot be assumed by principal 'events.amazonaws.com'.`;
    throw new Fault("ValidationException", problem);
  }
}
