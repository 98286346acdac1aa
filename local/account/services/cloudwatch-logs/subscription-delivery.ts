import { gzipSync } from "node:zlib";
import { parseArn, type Scope } from "../../aws/arn";
import { Fault } from "../../aws/fault";
import { emitMetric } from "../../host/metric";
import type { Caller, Host } from "../../host/service";
import { patternOf } from "./filter-pattern/filter-pattern";
import type { LogLine } from "./filter-pattern/log-line";
import type { LogEvent, LogGroup, LogStream, SubscriptionFilter } from "./state/log-group";

const principalName = "logs.amazonaws.com";

/** Sends log events to the destinations of subscription filters. */
export interface SubscriptionDelivery {
  /** Begins to send newly arrived events, whose messages are `lines`, to the group's destinations. */
  deliver(
    scope: Scope,
    group: LogGroup,
    stream: LogStream,
    events: readonly LogEvent[],
    lines: readonly LogLine[],
  ): Promise<void>;
  /**
   * Sends a new destination a control message, as CloudWatch Logs does; a function gets none, only its policy is checked
   * (recorded). Throws if the destination refuses it.
   */
  testDestination(scope: Scope, group: LogGroup, filter: SubscriptionFilter): Promise<void>;
}

/** Creates the delivery of log events to functions, streams and delivery streams. */
export function createSubscriptionDelivery(host: Host): SubscriptionDelivery {
  return {
    async deliver({ account, region }, group, stream, events, lines) {
      const scope = { account, region };
      for (const filter of [...group.subscriptionFilters.values()]) {
        const { matches } = patternOf(filter);
        const matching: LogEvent[] = [];
        for (const [i, event] of events.entries()) {
          const line = lines[i];
          if (line && matches(line)) matching.push(event);
        }
        if (matching.length === 0) continue;
        const message = dataMessage(scope, group, stream, filter, matching);
        void host.clock.track(sendCounted(host, scope, group, filter, message));
      }
    },
    async testDestination(scope, group, filter) {
      const { destinationArn: arn } = filter;
      if (!isFunction(arn)) return send(host, scope, group, filter, controlMessage(group));
      await host.call(asService(scope, group), "lambda", "Invoke", { FunctionName: arn, InvocationType: "DryRun" });
    },
  };
}

/** Events that a destination refuses are lost, and counted (user guide, "Monitoring with CloudWatch metrics"). */
async function sendCounted(host: Host, scope: Scope, group: LogGroup, filter: SubscriptionFilter, message: unknown) {
  const source = {
    ...scope,
    namespace: "AWS/Logs",
    dimensions: {
      LogGroupName: group.name,
      DestinationType: parseArn(filter.destinationArn)?.service ?? "",
      FilterName: filter.name,
    },
  };
  try {
    await send(host, scope, group, filter, message);
    emitMetric(host, source, "ForwardedLogEvents", 1, "None");
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    emitMetric(host, source, "DeliveryErrors", 1, "None");
  }
}

const isFunction = (arn: string) => parseArn(arn)?.service === "lambda";

async function send(host: Host, scope: Scope, group: LogGroup, filter: SubscriptionFilter, message: unknown) {
  const data = new Uint8Array(gzipSync(JSON.stringify(message)));
  const { destinationArn: arn } = filter;
  if (isFunction(arn)) {
    const payload = { awslogs: { data: Buffer.from(data).toString("base64") } };
    const Payload = new TextEncoder().encode(JSON.stringify(payload));
    const caller = asService(scope, group);
    await host.call(caller, "lambda", "Invoke", { FunctionName: arn, InvocationType: "Event", Payload });
    return;
  }
  const { principal } = host.assumeRole(principalName, filter.roleArn ?? "", {
    sessionName: "CloudWatchLogs",
    region: scope.region,
    sourceArn: group.arn,
  });
  const caller: Caller = { ...scope, principal };
  if (arn.includes(":kinesis:")) {
    const key = filter.distribution === "Random" ? host.randomBytes(16).toString("hex") : group.name;
    await host.call(caller, "kinesis", "PutRecord", { StreamARN: arn, PartitionKey: key, Data: data });
  } else {
    const DeliveryStreamName = arn.split(/[:/]/).at(-1) ?? "";
    await host.call(caller, "firehose", "PutRecord", { DeliveryStreamName, Record: { Data: data } });
  }
}

function asService({ account, region }: Scope, group: LogGroup): Caller {
  const service = `logs.${region}.amazonaws.com`;
  return {
    account,
    region,
    // A function's policy contains the group's ARN followed by `:*` (user guide, "Subscription filters with AWS Lambda").
    principal: { kind: "service", account, arn: service, service, sourceArn: `${group.arn}:*` },
  };
}

const dataMessage = (
  { account }: Scope,
  group: LogGroup,
  stream: LogStream,
  filter: SubscriptionFilter,
  events: readonly LogEvent[],
) => ({
  messageType: "DATA_MESSAGE",
  owner: account,
  logGroup: group.name,
  logStream: stream.name,
  subscriptionFilters: [filter.name],
  logEvents: events.map(({ id, timestamp, message }) => ({ id, timestamp, message })),
});

const controlMessage = (group: LogGroup) => ({
  messageType: "CONTROL_MESSAGE",
  owner: "CloudwatchLogs",
  logGroup: group.name,
  logStream: "",
  subscriptionFilters: [],
  logEvents: [{ id: "", timestamp: 0, message: "CWL CONTROL MESSAGE: Checking health of destination" }],
});
