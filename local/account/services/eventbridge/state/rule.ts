import type { Target } from "@aws-sdk/client-eventbridge";
import { arnIn, type Scope } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import type { Schedule } from "../../../languages/cron";
import type { Timer } from "../../../time/clock";

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly tags: Map<string, string>;
  /** The targets by id, in the order in which they were put. */
  readonly targets: Map<string, Target & { readonly Id: string; readonly Arn: string }>;
  patternText?: string | undefined;
  scheduleText?: string | undefined;
  schedule?: Schedule | undefined;
  description?: string | undefined;
  /** For targets without their own role. */
  roleArn?: string | undefined;
  enabled: boolean;
  timer?: Timer | undefined;
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
