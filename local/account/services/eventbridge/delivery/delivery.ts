import type { Scope } from "../../../aws/arn";
import { emitMetric } from "../../../host/metric";
import type { Caller, Host } from "../../../host/service";
import { canRetry, retryDelay } from "../../../time/retry";
import type { EventEnvelope, Rule } from "../state/rule";

export type Deliver = (scope: Scope, rule: Rule, event: EventEnvelope) => void;

const principalName = "events.amazonaws.com";
/** AWS retries for a day (user guide, "How EventBridge retries delivering events"). */
const retryPeriod = 86_400_000;

/**
 * Sends events to the topics of a rule, and retries by the clock when a later attempt can succeed.
 */
export function createDelivery(host: Host): Deliver {
  const { clock } = host;

  const attempt = async (delivery: Delivery): Promise<void> => {
    const { scope, rule, topicArn, event, failures, began } = delivery;
    const service = { kind: "service", account: scope.account, arn: principalName, service: principalName } as const;
    const asService: Caller = { ...scope, principal: { ...service, sourceArn: rule.arn } };
    const count = (metric: string) =>
      emitMetric(host, { ...scope, namespace: "AWS/Events", dimensions: { RuleName: rule.name } }, metric);
    try {
      await host.call(asService, "sns", "Publish", { TopicArn: topicArn, Message: JSON.stringify(event) });
      count("Invocations");
    } catch (error) {
      const due = clock.now() + retryDelay(failures + 1);
      if (!canRetry(error) || due > began + retryPeriod) {
        count("Invocations");
        count("FailedInvocations");
        return;
      }
      const next = { ...delivery, failures: failures + 1 };
      clock.at(due, `eventbridge: retry of rule ${rule.name}`, () => attempt(next));
    }
  };

  return (scope, rule, event) => {
    for (const topicArn of rule.targets.values()) {
      void clock.track(attempt({ scope, rule, topicArn, event, failures: 0, began: clock.now() }));
    }
  };
}

/** One event on its way to one topic. */
interface Delivery {
  readonly scope: Scope;
  readonly rule: Rule;
  readonly topicArn: string;
  readonly event: EventEnvelope;
  readonly failures: number;
  readonly began: number;
}
