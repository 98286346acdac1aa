import { Fault } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Handlers } from "../../../host/service";
import type { Store } from "../../../host/store";
import type { Clients } from "../../../model/clients";
import { readRule } from "../state/read-rule";
import { checkBus, findRule, limitExceeded, type Rule, type Rules, ruleArn } from "../state/rule";
import { putTags } from "./tags";

/**
 * User guide, "Amazon EventBridge quotas": in every Region at least 100, in the larger ones 300.
 */
const mostRules = 300;

/** Creates, changes, lists and deletes rules of the default bus. */
export function ruleHandlers(store: Store<Rules>) {
  return {
    PutRule(input, call) {
      const { Name: name = "", Tags = [] } = input;
      checkBus(call, input.EventBusName);
      const settings = readRule(input);
      const rules = store.of(call);
      const known = rules.get(name);
      if (known) Object.assign(known, settings);
      const rule = known ?? { name, arn: ruleArn(call, name), tags: new Map(), targets: new Map(), ...settings };
      if (!known) {
        if (rules.size >= mostRules) throw limitExceeded(`${mostRules} rules per event bus`);
        putTags(rule.tags, Tags);
        rules.set(name, rule);
      }
      return { RuleArn: rule.arn };
    },

    DescribeRule({ Name = "", EventBusName }, call) {
      checkBus(call, EventBusName);
      return { ...describe(findRule(store.of(call), Name)), CreatedBy: call.account };
    },

    DeleteRule({ Name = "", EventBusName }, call) {
      checkBus(call, EventBusName);
      const rule = store.of(call).get(Name);
      // Deleting a rule that does not exist succeeds, as in AWS.
      if (!rule) return {};
      if (rule.targets.size > 0) throw new Fault("ValidationException", "Rule can't be deleted since it has targets.");
      store.of(call).delete(Name);
      return {};
    },

    ListRules({ NamePrefix = "", EventBusName, NextToken: token, Limit: limit = 100 }, call) {
      checkBus(call, EventBusName);
      const found = [...store.of(call).values()].filter(({ name }) => name.startsWith(NamePrefix));
      const { items, next } = page(found, ({ name }) => name, { token, limit });
      return { Rules: items.map(describe), NextToken: next };
    },
  } satisfies Handlers<Clients["eventbridge"]>;
}

function describe({ name, arn, patternText, description, enabled }: Rule) {
  return {
    Name: name,
    Arn: arn,
    State: enabled ? "ENABLED" : "DISABLED",
    EventBusName: "default",
    EventPattern: patternText,
    ...(description !== undefined && { Description: description }),
  } as const;
}
