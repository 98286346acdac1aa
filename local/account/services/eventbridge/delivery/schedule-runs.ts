import type { Scope } from "../../../aws/arn";
import type { Host } from "../../../host/service";
import { nextRun } from "../../../languages/cron";
import type { Rule } from "../state/rule";
import type { Deliver } from "./delivery";
import { createEnvelope } from "./envelope";

interface Run {
  readonly scope: Scope;
  readonly rule: Rule;
  /** A rate counts from it. */
  readonly anchor: number;
}

/**
 * Keeps one timer for each enabled rule with a schedule; a rate runs first one interval after it began. Returns the
 * function that starts, changes or stops the timer of a rule.
 */
export function createScheduleRuns(host: Host, deliver: Deliver) {
  const { clock } = host;
  const setTimer = host.timer<Run>("eventbridge: scheduled rule", ({ scope, rule, anchor }, time) => {
    armAfter(scope, rule, Math.max(time, clock.started), anchor);
    const event = { source: "aws.events", detailType: "Scheduled Event", resources: [rule.arn], detail: {}, time };
    deliver(scope, rule, createEnvelope(host, scope, event));
  });
  const armAfter = (scope: Scope, rule: Rule, from: number, anchor: number) => {
    rule.timer?.cancel();
    rule.timer = undefined;
    const time = rule.enabled && rule.schedule ? nextRun(rule.schedule, "UTC", from, anchor) : undefined;
    if (time === undefined) return;
    rule.timer = setTimer(time, `rule ${rule.name}`, { scope, rule, anchor });
  };
  return ({ account, region }: Scope, rule: Rule) => armAfter({ account, region }, rule, clock.now(), clock.now());
}
