import { defineService, type Host, type Service } from "../../endpoint/service";
import { createDelivery, type Place } from "./delivery/delivery";
import { createEnvelope } from "./delivery/envelope";
import type { EventEnvelope } from "./delivery/input";
import { createScheduleRuns } from "./delivery/schedule-runs";
import { busHandlers } from "./operations/buses";
import { eventHandlers } from "./operations/events";
import { ruleHandlers } from "./operations/rules";
import { tagHandlers } from "./operations/tags";
import { targetHandlers } from "./operations/targets";
import { permissions } from "./permissions";
import { matchesPattern } from "./state/read-rule";
import type { Rules } from "./state/rule";

/** Amazon EventBridge's default bus: rules on events and schedules, and their targets. Other buses return 501. */
export function eventbridge(host: Host): Service<"eventbridge"> {
  const rules = host.store("eventbridge/rules", (): Rules => new Map());
  const deliver = createDelivery(host);
  const publish = (place: Place, event: EventEnvelope) => {
    for (const rule of rules.of(place).values()) {
      if (rule.enabled && matchesPattern(rule, event)) deliver(place, rule, event);
    }
  };
  host.on("event", ({ account, region, ...event }) => {
    const place = { account, region };
    publish(place, createEnvelope(host, place, event));
  });
  return defineService({
    name: "eventbridge",
    iamPrefix: "events",
    validationError: "ValidationException",
    permissions,
    handlers: {
      ...busHandlers(),
      ...ruleHandlers(rules, createScheduleRuns(host, deliver)),
      ...tagHandlers(rules),
      ...targetHandlers(host, rules),
      ...eventHandlers(host, publish),
    },
  });
}
