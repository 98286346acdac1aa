import type { Call, Host } from "../../../endpoint/service";
import { nextRun } from "../../scheduler/cron";
import type { Rule } from "../state/rule";
import type { Deliver, Place } from "./delivery";
import { createEnvelope } from "./envelope";

/**
 * Keeps one timer for each enabled rule with a schedule; a rate runs first one interval after it began. Returns the
 * function that starts, changes or stops the timer of a rule.
 */
export function createScheduleRuns(host: Host, deliver: Deliver) {
  const { clock } = host;
  const armAfter = (place: Place, rule: Rule, from: number, anchor: number) => {
    rule.timer?.cancel();
    rule.timer = undefined;
    const time = rule.enabled && rule.schedule ? nextRun(rule.schedule, "UTC", from, anchor) : undefined;
    if (time === undefined) return;
    rule.timer = clock.at(time, `rule ${rule.name}`, () => {
      armAfter(place, rule, time, anchor);
      const event = { source: "aws.events", detailType: "Scheduled Event", resources: [rule.arn], detail: {}, time };
      deliver(place, rule, createEnvelope(host, place, event));
    });
  };
  return ({ account, region }: Call, rule: Rule) => armAfter({ account, region }, rule, clock.now(), clock.now());
}
