import { arnIn } from "../../aws/arn";
import { onAny, passRole } from "../../host/permission";
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

const busArn = (call: Call, name: string) =>
  name.startsWith("arn:") ? name : arnIn(call, "events", `event-bus/${name}`);

/** Actions and resources as the Service Authorization Reference lists them. */
export const permissions = {
  PutRule: ({ Name, RoleArn }, call) => [
    on("PutRule", ruleArn(call, Name)),
    ...passRole(RoleArn, "events.amazonaws.com"),
  ],
  DescribeRule: onRule("DescribeRule"),
  DeleteRule: onRule("DeleteRule"),
  EnableRule: onRule("EnableRule"),
  DisableRule: onRule("DisableRule"),
  PutTargets: ({ Rule, Targets = [] }, call) => [
    on("PutTargets", ruleArn(call, Rule)),
    ...Targets.flatMap(({ RoleArn }) => passRole(RoleArn, "events.amazonaws.com")),
  ],
  RemoveTargets: onRuleOf("RemoveTargets"),
  ListTargetsByRule: onRuleOf("ListTargetsByRule"),
  ListRuleNamesByTarget: onAny("events:ListRuleNamesByTarget"),
  DescribeEventBus: ({ Name = "default" }, call) => [on("DescribeEventBus", busArn(call, Name))],
  ListEventBuses: onAny("events:ListEventBuses"),
  PutEvents: ({ Entries = [] }, call) =>
    [...new Set(Entries.map(({ EventBusName = "default" }) => busArn(call, EventBusName)))].map((arn) =>
      on("PutEvents", arn),
    ),
  TagResource: onArn("TagResource"),
  UntagResource: onArn("UntagResource"),
  ListTagsForResource: onArn("ListTagsForResource"),
  ListRules: onAny("events:ListRules"),
  TestEventPattern: onAny("events:TestEventPattern"),
} satisfies Partial<Permissions<Clients["eventbridge"]>>;
