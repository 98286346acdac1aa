import type { Scope } from "../../aws/arn";
import { defineService, type Host, type Service } from "../../host/service";
import { takeTurns } from "../../host/turns";
import { createDelivery } from "./delivery/delivery";
import { createEnvelope } from "./delivery/envelope";
import type { EventEnvelope } from "./delivery/input";
import { createScheduleRuns } from "./delivery/schedule-runs";
import { busHandlers } from "./operations/buses";
import { eventHandlers } from "./operations/events";
import { ruleHandlers } from "./operations/rules";
import { tagHandlers } from "./operations/tags";
import { targetHandlers } from "./operations/targets";
import { permissions } from "./permissions";
import type { Bus } from "./state/bus";
import { matchesPattern } from "./state/read-rule";
import type { Rules } from "./state/rule";

/** Amazon EventBridge's default bus: rules on events and schedules, and their targets. Other buses return 501. */
export function eventbridge(host: Host): Service<"eventbridge"> {
  const rules = host.store("eventbridge/rules", (): Rules => new Map());
  const buses = host.store("eventbridge/buses", (): Bus => ({ created: host.clock.now(), tags: new Map() }));
  const deliver = createDelivery(host);
  const publish = async (scope: Scope, event: EventEnvelope) => {
    const nextTurn = takeTurns();
    for (const rule of rules.of(scope).values()) {
      if (rule.enabled && matchesPattern(rule, event)) deliver(scope, rule, event);
      await nextTurn();
    }
  };
  host.on("event", ({ account, region, ...event }) => {
    const scope = { account, region };
    void host.clock.track(publish(scope, createEnvelope(host, scope, event)));
  });
  return defineService({
    name: "eventbridge",
    iamPrefix: "events",
    validationError: "ValidationException",
    permissions,
    handlers: {
      ...busHandlers(buses),
      ...ruleHandlers(rules, createScheduleRuns(host, deliver)),
      ...tagHandlers(rules, buses),
      ...targetHandlers(host, rules),
      ...eventHandlers(host, publish),
    },
  });
}
