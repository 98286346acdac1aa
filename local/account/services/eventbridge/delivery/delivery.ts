import type { Target } from "@aws-sdk/client-eventbridge";
import { isHere, parseArn, type Scope } from "../../../aws/arn";
import { Fault, notImplemented } from "../../../aws/fault";
import { emitMetric, type MetricSource } from "../../../host/metric";
import type { Caller, Host } from "../../../host/service";
import { createUuid } from "../../../host/uuid";
import { canRetry, retryDelay } from "../../../time/retry";
import type { Rule } from "../state/rule";
import { createInput, type EventEnvelope } from "./input";

export type Deliver = (scope: Scope, rule: Rule, event: EventEnvelope) => void;

const principalName = "events.amazonaws.com";
/** AWS's defaults: for a day, and as often as that takes. */
const standardRetry = { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 };

/** The kind of target that an ARN belongs to. Kinds that only AWS has return 501. */
export function readKind(arn: string): "states" | "lambda" | "sns" | "logs" {
  const [, , service, , , type, ...name] = arn.split(":");
  if (service === "states" && type === "stateMachine") return "states";
  if (service === "lambda" && type === "function") return "lambda";
  if (service === "sns" && name.length === 0) return "sns";
  if (service === "logs" && type === "log-group") return "logs";
  throw notImplemented(`events: the target ${arn}`);
}

/** Sends events to the targets of a rule, and retries by the clock when a later attempt can succeed. */
export function createDelivery(host: Host): Deliver {
  const { clock } = host;

  const attempt = async ({ scope, rule, target, event, tried, began }: Attempt): Promise<void> => {
    const policy = { ...standardRetry, ...target.RetryPolicy };
    try {
      await send(host, scope, rule, target, event);
      emitMetric(host, metricSource(scope, rule), "Invocations");
    } catch (error) {
      const delay = retryDelay(tried + 1);
      const inTime = clock.now() + delay <= began + policy.MaximumEventAgeInSeconds * 1000;
      if (!canRetry(error) || tried >= policy.MaximumRetryAttempts || !inTime) {
        emitMetric(host, metricSource(scope, rule), "Invocations");
        emitMetric(host, metricSource(scope, rule), "FailedInvocations");
        return;
      }
      const next = { scope, rule, target, event, tried: tried + 1, began };
      tryLater(clock.now() + delay, `retry of rule ${rule.name}`, next);
    }
  };
  const tryLater = host.timer("eventbridge: retry", attempt);

  return (scope, rule, event) => {
    for (const target of rule.targets.values()) {
      void clock.track(attempt({ scope, rule, target, event, tried: 0, began: clock.now() }));
    }
  };
}

/** One event on its way to one target. */
interface Attempt {
  readonly scope: Scope;
  readonly rule: Rule;
  readonly target: Delivered;
  readonly event: EventEnvelope;
  readonly tried: number;
  readonly began: number;
}

type Delivered = Target & { readonly Id: string; readonly Arn: string };

const metricSource = ({ account, region }: Scope, { name }: Rule): MetricSource => ({
  account,
  region,
  namespace: "AWS/Events",
  dimensions: { RuleName: name },
});

async function send(host: Host, scope: Scope, rule: Rule, target: Delivered, event: EventEnvelope): Promise<void> {
  const { Arn: arn, RoleArn: roleArn = rule.roleArn ?? "" } = target;
  const ingestionTime = new Date(host.clock.now()).toISOString();
  const text = createInput(target, event, { ruleArn: rule.arn, ruleName: rule.name, ingestionTime });
  const service = { kind: "service", account: scope.account, arn: principalName, service: principalName } as const;
  const asService: Caller = { ...scope, principal: { ...service, sourceArn: rule.arn } };
  switch (readKind(arn)) {
    case "sns":
      await host.call(asService, "sns", "Publish", { TopicArn: arn, Message: text });
      return;
    case "lambda": {
      const Payload = new TextEncoder().encode(text);
      await host.call(asService, "lambda", "Invoke", { FunctionName: arn, InvocationType: "Event", Payload });
      return;
    }
    case "logs":
      return writeLog(host, asService, arn, text, event.id);
    case "states": {
      const options = { sessionName: event.id, region: scope.region, sourceArn: rule.arn };
      const { principal } = host.assumeRole(principalName, roleArn, options);
      const name = `${event.id}_${createUuid(host)}`;
      await host.call({ ...scope, principal }, "sfn", "StartExecution", { stateMachineArn: arn, name, input: text });
    }
  }
}

/** Each event has its own stream, so that deliveries do not share one. */
async function writeLog(
  host: Host,
  caller: Caller,
  arn: string,
  message: string,
  logStreamName: string,
): Promise<void> {
  const parsed = parseArn(arn);
  if (!parsed || !isHere(parsed, "logs", caller)) {
    throw new Fault("ResourceNotFoundException", `The log group ${arn} is not in the account and Region of the rule.`);
  }
  const logGroupName = parsed.resource.split(":")[1] ?? "";
  await host.call(caller, "cloudwatch-logs", "CreateLogStream", { logGroupName, logStreamName });
  const logEvents = [{ timestamp: Math.floor(host.clock.now()), message }];
  await host.call(caller, "cloudwatch-logs", "PutLogEvents", { logGroupName, logStreamName, logEvents });
}
