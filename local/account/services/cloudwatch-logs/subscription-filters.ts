import { gzipSync } from "node:zlib";
import { parseArn } from "../../endpoint/arn";
import type { Clients } from "../../endpoint/clients";
import { Fault, notImplemented } from "../../endpoint/fault";
import { page } from "../../endpoint/page";
import type { Caller, Handlers, Host } from "../../endpoint/service";
import { parseFilterPattern } from "./filter-pattern";
import type { LogEvent, LogGroup, LogStream, SubscriptionFilter } from "./log-group";

/** Of one group (quotas of CloudWatch Logs). */
const mostFilters = 2;
const invalid = (message: string) => new Fault("InvalidParameterException", message);

type Place = Pick<Caller, "account" | "region">;

/** Filters that send log events on to a function, a stream or a delivery stream. */
export function subscriptionFilters(
  host: Host,
  find: (caller: Caller, input: { logGroupName?: string | undefined }) => LogGroup,
) {
  const send = async (place: Place, group: LogGroup, filter: SubscriptionFilter, message: unknown) => {
    const data = new Uint8Array(gzipSync(JSON.stringify(message)));
    const { destinationArn: arn } = filter;
    const name = arn.split(/[:/]/).at(-1) ?? "";
    if (arn.includes(":lambda:")) {
      const payload = { awslogs: { data: Buffer.from(data).toString("base64") } };
      const Payload = new TextEncoder().encode(JSON.stringify(payload));
      const caller = asService(place, group);
      await host.call(caller, "lambda", "Invoke", { FunctionName: arn, InvocationType: "Event", Payload });
      return;
    }
    const { principal } = host.assumeRole(principalName, filter.roleArn ?? "", {
      sessionName: "CloudWatchLogs",
      region: place.region,
      sourceArn: group.arn,
    });
    const caller: Caller = { ...place, principal };
    if (arn.includes(":kinesis:")) {
      const key = filter.distribution === "Random" ? host.randomBytes(16).toString("hex") : group.name;
      await host.call(caller, "kinesis", "PutRecord", { StreamARN: arn, PartitionKey: key, Data: data });
    } else {
      await host.call(caller, "firehose", "PutRecord", { DeliveryStreamName: name, Record: { Data: data } });
    }
  };

  /** Events that a destination refuses are lost, and counted (user guide, "Monitoring with CloudWatch metrics"). */
  const attempt = async (place: Place, group: LogGroup, filter: SubscriptionFilter, message: unknown) => {
    const count = (name: string) =>
      host.emit("metric", {
        ...place,
        namespace: "AWS/Logs",
        name,
        dimensions: {
          LogGroupName: group.name,
          DestinationType: vendorOf(filter.destinationArn),
          FilterName: filter.name,
        },
        value: 1,
        unit: "None",
      });
    try {
      await send(place, group, filter, message);
      count("ForwardedLogEvents");
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      count("DeliveryErrors");
    }
  };

  return {
    /** Sends newly arrived events to the group's subscribers; returns at once. */
    deliver(place: Place, group: LogGroup, stream: LogStream, events: readonly LogEvent[]): void {
      for (const filter of group.subscriptionFilters.values()) {
        const matching = events.filter(({ message }) => filter.matches(message));
        if (matching.length === 0) continue;
        const message = {
          messageType: "DATA_MESSAGE",
          owner: place.account,
          logGroup: group.name,
          logStream: stream.name,
          subscriptionFilters: [filter.name],
          logEvents: matching.map(({ id, timestamp, message: text }) => ({ id, timestamp, message: text })),
        };
        void host.clock.track(attempt(place, group, filter, message));
      }
    },

    handlers: {
      async PutSubscriptionFilter(input, call) {
        for (const member of ["applyOnTransformedLogs", "fieldSelectionCriteria", "emitSystemFields"] as const) {
          if (input[member]) throw notImplemented(`logs:PutSubscriptionFilter with ${member}`);
        }
        const { filterName: name = "", filterPattern: pattern = "", destinationArn = "", roleArn } = input;
        const group = find(call, input);
        checkDestination(call, destinationArn, roleArn);
        const known = group.subscriptionFilters.get(name);
        if (!known && group.subscriptionFilters.size >= mostFilters) {
          throw new Fault("LimitExceededException", "Resource limit exceeded.");
        }
        const filter: SubscriptionFilter = {
          name,
          pattern,
          matches: parseFilterPattern(pattern),
          destinationArn,
          roleArn,
          distribution: input.distribution ?? "ByLogStream",
          created: known?.created ?? Math.floor(host.clock.now()),
        };
        // CloudWatch Logs sends each new destination a control message, and refuses one that does not take it.
        await send(call, group, filter, controlMessage(group)).catch((cause: unknown) => {
          if (!(cause instanceof Fault) || cause.status === 501) throw cause;
          throw invalid(
            `Could not deliver test message to specified destination ${destinationArn}. Check if the destination is valid. (${cause.message})`,
          );
        });
        group.subscriptionFilters.set(name, filter);
        return {};
      },

      DeleteSubscriptionFilter(input, call) {
        if (!find(call, input).subscriptionFilters.delete(input.filterName ?? "")) {
          throw new Fault("ResourceNotFoundException", "The specified subscription filter does not exist.");
        }
        return {};
      },

      DescribeSubscriptionFilters(input, call) {
        const group = find(call, input);
        const matching = [...group.subscriptionFilters.values()].filter(({ name }) =>
          name.startsWith(input.filterNamePrefix ?? ""),
        );
        const { items, next } = page(matching, ({ name }) => name, {
          token: input.nextToken,
          limit: input.limit ?? 50,
        });
        return {
          subscriptionFilters: items.map((filter) => ({
            filterName: filter.name,
            filterPattern: filter.pattern,
            logGroupName: group.name,
            destinationArn: filter.destinationArn,
            roleArn: filter.roleArn,
            distribution: filter.distribution,
            creationTime: filter.created,
            applyOnTransformedLogs: false,
          })),
          nextToken: next,
        };
      },
    } satisfies Handlers<Clients["cloudwatch-logs"]>,
  };
}

const principalName = "logs.amazonaws.com";

const asService = ({ account, region }: Place, group: LogGroup): Caller => {
  const service = `logs.${region}.amazonaws.com`;
  return {
    account,
    region,
    // A function's policy names the group with `:*` behind it (user guide, "Subscription filters with AWS Lambda").
    principal: { kind: "service", account, arn: service, service, sourceArn: `${group.arn}:*` },
  };
};

const controlMessage = (group: LogGroup) => ({
  messageType: "CONTROL_MESSAGE",
  owner: "CloudwatchLogs",
  logGroup: group.name,
  logStream: "",
  subscriptionFilters: [],
  logEvents: [{ id: "", timestamp: 0, message: "CWL CONTROL MESSAGE: Checking health of destination" }],
});

const vendorOf = (arn: string) => parseArn(arn)?.service ?? "";

/** Recorded: localstack's snapshot test_put_subscription_filter_errors. */
function checkDestination(call: Caller, destinationArn: string, roleArn: string | undefined): void {
  const arn = parseArn(destinationArn);
  if (!arn) throw invalid(`Invalid destinationArn: ${destinationArn}`);
  if (!["lambda", "kinesis", "firehose"].includes(arn.service)) {
    throw notImplemented(`logs:PutSubscriptionFilter with a destination of ${arn.service}`);
  }
  if (arn.service === "lambda" && arn.account !== call.account) {
    throw new Fault(
      "AccessDeniedException",
      "Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create cross account lambda triggers.",
    );
  }
  if (arn.service !== "lambda" && roleArn === undefined) {
    throw invalid(`destinationArn for vendor ${arn.service} cannot be used without roleArn`);
  }
  if (arn.service === "lambda" && roleArn !== undefined) {
    throw invalid("destinationArn for vendor lambda cannot be used with roleArn");
  }
}
