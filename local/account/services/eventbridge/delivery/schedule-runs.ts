import type { Host } from "../../../host/service";
import { nextRun } from "../../../languages/cron";
import type { Rule } from "../state/rule";
import type { Deliver, Place } from "./delivery";
import { createEnvelope } from "./envelope";

interface Run {
  readonly place: Place;
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
  const setTimer = host.timer<Run>("eventbridge: scheduled rule", ({ place, rule, anchor }, time) => {
    armAfter(place, rule, Math.max(time, clock.started), anchor);
    const event = { source: "aws.events", detailType: "Scheduled Event", resources: [rule.arn], detail: {}, time };
    deliver(place, rule, createEnvelope(host, place, event));
  });
  const armAfter = (place: Place, rule: Rule, from: number, anchor: number) => {
    rule.timer?.cancel();
    rule.timer = undefined;
    const time = rule.enabled && rule.schedule ? nextRun(rule.schedule, "UTC", from, anchor) : undefined;
    if (time === undefined) return;
    rule.timer = setTimer(time, `rule ${rule.name}`, { place, rule, anchor });
  };
  return ({ account, region }: Place, rule: Rule) => armAfter({ account, region }, rule, clock.now(), clock.now());
}
