import { onAny } from "../../host/permission";
import type { Call, Permissions } from "../../host/service";
import type { Clients } from "../../model/clients";
import { ruleArn } from "./state/rule";

const on = (action: string, resource: string) => ({ action: `events:${action}`, resource });
const onRule = (action: string) => (input: { Name?: string | undefined }, call: Call) => [
  on(action, ruleArn(call, input.Name)),
];
const onRuleOf = (action: string) => (input: { Rule?: string | undefined }, call: Call) => [
  on(action, ruleArn(call, input.Rule)),
];
const onArn = (action: string) => (input: { ResourceARN?: string | undefined }) => [
  on(action, input.ResourceARN ?? "*"),
];

/** Actions and resources as the Service Authorization Reference lists them. */
export const permissions = {
  PutRule: onRule("PutRule"),
  DescribeRule: onRule("DescribeRule"),
  DeleteRule: onRule("DeleteRule"),
  PutTargets: onRuleOf("PutTargets"),
  RemoveTargets: onRuleOf("RemoveTargets"),
  ListTargetsByRule: onRuleOf("ListTargetsByRule"),
  TagResource: onArn("TagResource"),
  UntagResource: onArn("UntagResource"),
  ListTagsForResource: onArn("ListTagsForResource"),
  ListRules: onAny("events:ListRules"),
} satisfies Partial<Permissions<Clients["eventbridge"]>>;
