import { defineService, type Host, type Service } from "../../host/service";
import { createStore } from "../../host/store";
import { createDelivery } from "./delivery/delivery";
import { createEnvelope } from "./delivery/envelope";
import { ruleHandlers } from "./operations/rules";
import { tagHandlers } from "./operations/tags";
import { targetHandlers } from "./operations/targets";
import { permissions } from "./permissions";
import type { Rules } from "./state/rule";

/** Amazon EventBridge's default bus: rules on events of AWS, and their targets. */
export function eventbridge(host: Host): Service<"eventbridge"> {
  const rules = createStore((): Rules => new Map());
  const deliver = createDelivery(host);
  host.on("event", ({ account, region, ...event }) => {
    const scope = { account, region };
    const envelope = createEnvelope(host, scope, event);
    for (const rule of rules.of(scope).values()) {
      if (rule.enabled && rule.matches(envelope)) deliver(scope, rule, envelope);
    }
  });
  return defineService({
    name: "eventbridge",
    iamPrefix: "events",
    validationError: "ValidationException",
    permissions,
    handlers: { ...ruleHandlers(rules), ...tagHandlers(rules), ...targetHandlers(rules) },
  });
}
