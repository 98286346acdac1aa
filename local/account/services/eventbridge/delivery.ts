import type { Target } from "@aws-sdk/client-eventbridge";
import { isHere, parseArn } from "../../endpoint/arn";
import { Fault, notImplemented } from "../../endpoint/fault";
import type { Caller, Host } from "../../endpoint/service";
import { newUuid } from "../../endpoint/uuid";
import { backoff, mayPass } from "../scheduler/retry";
import { type EventEnvelope, inputOf } from "./input";
import type { Rule } from "./rule";

interface Place {
  readonly account: string;
  readonly region: string;
}
type Deliver = (place: Place, rule: Rule, event: EventEnvelope) => void;

const principalName = "events.amazonaws.com";
/** AWS's defaults: for a day, and as often as that takes. */
const standardRetry = { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 };

/** What kind of target an ARN names. Throws 501 for one that AWS has and this account does not. */
export function kindOf(arn: string): "states" | "lambda" | "sns" | "logs" {
  const [, , service, , , type, ...name] = arn.split(":");
  if (service === "states" && type === "stateMachine") return "states";
  if (service === "lambda" && type === "function") return "lambda";
  if (service === "sns" && name.length === 0) return "sns";
  if (service === "logs" && type === "log-group") return "logs";
  throw notImplemented(`The rule target ${arn}`);
}

/** Hands events to a rule's targets, each on its own, and tries again by the clock what may pass. */
export function createDelivery(host: Host): Deliver {
  const { clock } = host;

  const attempt = async (
    place: Place,
    rule: Rule,
    target: Delivered,
    event: EventEnvelope,
    tried: number,
    began: number,
  ) => {
    const policy = { ...standardRetry, ...target.RetryPolicy };
    try {
      await send(host, place, rule, target, event);
      count(host, place, rule, "Invocations");
    } catch (error) {
      const delay = backoff(tried + 1);
      const inTime = clock.now() + delay <= began + policy.MaximumEventAgeInSeconds * 1000;
      if (!mayPass(error) || tried >= policy.MaximumRetryAttempts || !inTime) {
        count(host, place, rule, "Invocations");
        count(host, place, rule, "FailedInvocations");
        return;
      }
      clock.at(clock.now() + delay, `retry of rule ${rule.name}`, () =>
        attempt(place, rule, target, event, tried + 1, began),
      );
    }
  };

  return (place, rule, event) => {
    for (const target of rule.targets.values()) {
      void clock.track(attempt(place, rule, target, event, 0, clock.now()));
    }
  };
}

type Delivered = Target & { readonly Id: string; readonly Arn: string };

function count(host: Host, { account, region }: Place, { name }: Rule, metric: string): void {
  const dimensions = { RuleName: name };
  host.emit("metric", { account, region, namespace: "AWS/Events", name: metric, dimensions, value: 1, unit: "Count" });
}

async function send(host: Host, place: Place, rule: Rule, target: Delivered, event: EventEnvelope): Promise<void> {
  const { Arn: arn, RoleArn: roleArn = "" } = target;
  const ingestionTime = new Date(host.clock.now()).toISOString();
  const text = inputOf(target, event, { ruleArn: rule.arn, ruleName: rule.name, ingestionTime });
  const service = { kind: "service", account: place.account, arn: principalName, service: principalName } as const;
  const asService: Caller = { ...place, principal: { ...service, sourceArn: rule.arn } };
  switch (kindOf(arn)) {
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
      const options = { sessionName: event.id, region: place.region, sourceArn: rule.arn };
      const { principal } = host.assumeRole(principalName, roleArn, options);
      const name = `${event.id}_${newUuid(host)}`;
      await host.call({ ...place, principal }, "sfn", "StartExecution", { stateMachineArn: arn, name, input: text });
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
