import type { Tag } from "@aws-sdk/client-eventbridge";
import type { Clients } from "../../endpoint/clients";
import { Fault, notImplemented } from "../../endpoint/fault";
import type { Call, Handlers, Store } from "../../endpoint/service";
import { addTags } from "../../endpoint/tags";
import { parseSchedule, type Schedule } from "../scheduler/cron";
import { pageOf } from "../scheduler/page";
import { type EventPattern, PatternError, parsePattern } from "./pattern";
import { checkBus, findRule, type Rule, type Rules } from "./rule";

/** EventBridge quotas, "Event pattern size", by default. */
const patternQuota = 2_048;

const invalid = (message: string) => new Fault("ValidationException", message);
const limitExceeded = (what: string) =>
  new Fault("LimitExceededException", `The requested resource exceeds the maximum number allowed: ${what}.`);

/** User guide, "Amazon EventBridge quotas": in every Region at least 100, in the larger ones 300. */
const mostRules = 300;

const pairsOf = (tags: readonly Tag[]) => tags.map(({ Key = "", Value = "" }) => [Key, Value] as const);
const tooManyTags = (limit: number) => limitExceeded(`${limit} tags per rule`);

/** Rules of the default bus and their tags. `arm` is called for a rule whose schedule or state has changed. */
export function ruleOperations(store: Store<Rules>, arm: (call: Call, rule: Rule) => void) {
  return {
    PutRule(input, call) {
      const { Name: name = "", State = "ENABLED", Description, Tags = [] } = input;
      // An empty text is none (localstack's tests on AWS put an empty ScheduleExpression and a pattern).
      const EventPattern = input.EventPattern || undefined;
      const ScheduleExpression = input.ScheduleExpression || undefined;
      checkBus(call, input.EventBusName);
      if (input.RoleArn !== undefined) throw notImplemented("RoleArn of a rule");
      if (State !== "ENABLED" && State !== "DISABLED") throw notImplemented(`The rule state ${State}`);
      if (EventPattern === undefined && ScheduleExpression === undefined) {
        throw invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.");
      }
      if (EventPattern !== undefined && EventPattern.length > patternQuota) {
        const message = `The event pattern has ${EventPattern.length} characters. The quota is ${patternQuota}.`;
        throw new Fault("LimitExceededException", message);
      }
      const rules = store.of(call);
      const parts = {
        patternText: EventPattern,
        pattern: EventPattern === undefined ? undefined : readPattern(EventPattern),
        scheduleText: ScheduleExpression,
        schedule: ScheduleExpression === undefined ? undefined : readSchedule(ScheduleExpression),
        description: Description,
        enabled: State === "ENABLED",
      };
      let rule = rules.get(name);
      if (rule) Object.assign(rule, parts);
      else {
        if (rules.size >= mostRules) throw limitExceeded(`${mostRules} rules per event bus`);
        const tags = new Map<string, string>();
        addTags(tags, pairsOf(Tags), tooManyTags);
        rule = { name, arn: ruleArn(call, name), tags, targets: new Map(), ...parts };
        rules.set(name, rule);
      }
      arm(call, rule);
      return { RuleArn: rule.arn };
    },

    DescribeRule({ Name = "", EventBusName }, call) {
      checkBus(call, EventBusName);
      return { ...described(findRule(store.of(call), Name)), CreatedBy: call.account };
    },

    DeleteRule({ Name = "", EventBusName }, call) {
      checkBus(call, EventBusName);
      const rule = store.of(call).get(Name);
      // Deleting what is not there succeeds, as in AWS.
      if (!rule) return {};
      if (rule.targets.size > 0) throw invalid("Rule can't be deleted since it has targets.");
      rule.timer?.cancel();
      store.of(call).delete(Name);
      return {};
    },

    ListRules({ NamePrefix = "", EventBusName, NextToken, Limit }, call) {
      checkBus(call, EventBusName);
      const found = sorted(store.of(call)).filter(({ name }) => name.startsWith(NamePrefix));
      const { page, ...rest } = pageOf(found, ({ name }) => name, NextToken, Limit);
      return { Rules: page.map(described), ...rest };
    },

    EnableRule({ Name = "", EventBusName }, call) {
      checkBus(call, EventBusName);
      const rule = findRule(store.of(call), Name);
      rule.enabled = true;
      arm(call, rule);
      return {};
    },

    DisableRule({ Name = "", EventBusName }, call) {
      checkBus(call, EventBusName);
      const rule = findRule(store.of(call), Name);
      rule.enabled = false;
      arm(call, rule);
      return {};
    },

    TagResource({ ResourceARN = "", Tags = [] }, call) {
      const { tags } = byArn(store.of(call), ResourceARN);
      addTags(tags, pairsOf(Tags), tooManyTags);
      return {};
    },

    UntagResource({ ResourceARN = "", TagKeys = [] }, call) {
      const { tags } = byArn(store.of(call), ResourceARN);
      for (const key of TagKeys) tags.delete(key);
      return {};
    },

    ListTagsForResource({ ResourceARN = "" }, call) {
      return { Tags: [...byArn(store.of(call), ResourceARN).tags].map(([Key, Value]) => ({ Key, Value })) };
    },
  } satisfies Handlers<Clients["eventbridge"]>;
}

export const ruleArn = ({ region, account }: Pick<Call, "region" | "account">, name = "") =>
  `arn:aws:events:${region}:${account}:rule/${name}`;

const sorted = (rules: Rules) => [...rules.values()].sort((a, b) => (a.name < b.name ? -1 : 1));

function byArn(rules: Rules, arn: string): Rule {
  const rule = [...rules.values()].find((known) => known.arn === arn);
  if (!rule)
    throw new Fault("ResourceNotFoundException", `Rule ${arn.split("/").at(-1)} does not exist on EventBus default.`);
  return rule;
}

/** Throws InvalidEventPatternException with the reason. */
export function readPattern(text: string): EventPattern {
  try {
    return parsePattern(text);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new Fault("InvalidEventPatternException", `Event pattern is not valid. Reason: ${error.message}`);
  }
}

/** Rules know cron in UTC and rates; a rate's unit must agree with its number, unlike in the Scheduler. */
function readSchedule(expression: string): Schedule {
  const refused = invalid("Parameter ScheduleExpression is not valid.");
  if (!/^(cron|rate)\(/.test(expression)) throw refused;
  if (expression.startsWith("rate(") && /^rate\(1 \w+s\)$|^rate\((?!1 )\d+ \w+[^s]\)$/.test(expression)) throw refused;
  try {
    return parseSchedule(expression);
  } catch {
    throw refused;
  }
}

function described({ name, arn, patternText, scheduleText, description, enabled }: Rule) {
  return {
    Name: name,
    Arn: arn,
    State: enabled ? "ENABLED" : "DISABLED",
    EventBusName: "default",
    ...(patternText !== undefined && { EventPattern: patternText }),
    ...(scheduleText !== undefined && { ScheduleExpression: scheduleText }),
    ...(description !== undefined && { Description: description }),
  } as const;
}
