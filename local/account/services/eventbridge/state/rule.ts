import { arnIn, type Scope } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import type { EventPattern } from "../../../languages/event-pattern/pattern";

/** An event as rules match it and targets get it. */
export interface EventEnvelope {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

export interface RuleSettings {
  readonly patternText: string;
  readonly matches: EventPattern;
  readonly description: string | undefined;
  readonly enabled: boolean;
}

export interface Rule extends RuleSettings {
  readonly name: string;
  readonly arn: string;
  readonly tags: Map<string, string>;
  /** The ARNs of topics by the ids of the targets, in the order in which they were put. */
  readonly targets: Map<string, string>;
}
export type Rules = Map<string, Rule>;

export function findRule(rules: Rules, name: string): Rule {
  const rule = rules.get(name);
  if (!rule) throw new Fault("ResourceNotFoundException", `Rule ${name} does not exist on EventBus default.`);
  return rule;
}

export const ruleArn = (scope: Scope, name = "") => arnIn(scope, "events", `rule/${name}`);

export const limitExceeded = (what: string) =>
  new Fault("LimitExceededException", `The requested resource exceeds the maximum number allowed: ${what}.`);

/** Refuses every bus but the default one: CreateEventBus returns 501. */
export function checkBus(scope: Scope, name = "default"): void {
  if (name === "default" || name === arnIn(scope, "events", "event-bus/default")) return;
  throw new Fault("ResourceNotFoundException", `Event bus ${name} does not exist.`);
}
