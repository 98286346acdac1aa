import type { Clients } from "../../endpoint/clients";
import { Fault, notImplemented } from "../../endpoint/fault";
import type { Call, Caller, Host, Service } from "../../endpoint/service";
import { defineService, type Handlers } from "../../endpoint/service";
import type { Violation } from "../../endpoint/validate";
import { embeddedMetrics } from "./embedded-metrics";
import { parseFilterPattern } from "./filter-pattern";
import { existing, expire, type LogEvent, type LogGroup, type LogStream, missing, sizeOf } from "./log-group";
import { filteredMetrics, metricFilterHandlers } from "./metric-filters";
import { groupNameOf, permissions } from "./permissions";
import { putLogEvents } from "./put-log-events";
import { resourcePolicies } from "./resource-policies";
import { subscriptionFilters } from "./subscription-filters";
import { tagHandlers } from "./tag-handlers";
import { unsetHandlers } from "./unset";

const maxPageBytes = 1_048_576;

/** CloudWatch Logs: groups, streams, events, their filters and the metrics embedded in them. */
export function cloudwatchLogs(host: Host): Service<"cloudwatch-logs"> {
  const store = host.store(() => new Map<string, LogGroup>());
  const { clock } = host;

  const find = (
    caller: Caller,
    input: { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined },
  ) => {
    const group = store.of(caller).get(groupNameOf(caller, input) ?? "");
    if (!group) throw missing("log group");
    expire(group, clock.now());
    return group;
  };
  const findStream = (group: LogGroup, name: string | undefined): LogStream => {
    const stream = group.streams.get(name ?? "");
    if (!stream) throw missing("log stream");
    return stream;
  };

  /** The key's policy must let CloudWatch Logs use it for this group. */
  const checkKey = async (call: Call, groupArn: string, keyId: string) => {
    const service = `logs.${call.region}.amazonaws.com`;
    const principal = { kind: "service", account: call.account, arn: service, service, sourceArn: groupArn } as const;
    try {
      await host.call({ ...call, principal }, "kms", "GenerateDataKey", {
        KeyId: keyId,
        KeySpec: "AES_256",
        EncryptionContext: { "aws:logs:arn": groupArn },
      });
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      throw new Fault(
        "InvalidParameterException",
        `The specified KMS key does not exist or is not allowed to be used with Arn '${groupArn}' (${cause.message})`,
      );
    }
  };

  const listStreams = (group: LogGroup, names?: readonly string[], prefix?: string) => {
    if (names && prefix !== undefined) {
      throw new Fault("InvalidParameterException", "logStreamNames and logStreamNamePrefix cannot be given together.");
    }
    if (names) return names.map((name) => findStream(group, name));
    return [...group.streams.values()].filter(({ name }) => name.startsWith(prefix ?? ""));
  };

  const policies = resourcePolicies(host);
  const subscriptions = subscriptionFilters(host, find);

  return defineService({
    name: "cloudwatch-logs",
    iamPrefix: "logs",
    validationError: "InvalidParameterException",
    violationFault: refuseLongName,
    permissions,
    resourcePolicy: policies.policyFor,
    handlers: {
      ...policies.handlers,
      ...metricFilterHandlers(host, find, (call) => store.of(call).values()),
      ...subscriptions.handlers,
      ...unsetHandlers(find),
      ...tagHandlers(find),
      async CreateLogGroup(input, call) {
        if (input.deletionProtectionEnabled) throw notImplemented("logs:CreateLogGroup with deletionProtectionEnabled");
        if (input.logGroupClass !== undefined && input.logGroupClass !== "STANDARD") {
          throw notImplemented(`logs:CreateLogGroup with logGroupClass ${input.logGroupClass}`);
        }
        const name = input.logGroupName ?? "";
        const arn = `arn:aws:logs:${call.region}:${call.account}:log-group:${name}`;
        if (store.of(call).has(name)) throw existing("log group");
        if (input.kmsKeyId !== undefined) await checkKey(call, arn, input.kmsKeyId);
        store.of(call).set(name, {
          name,
          arn,
          created: Math.floor(clock.now()),
          tags: new Map(Object.entries(input.tags ?? {})),
          streams: new Map(),
          metricFilters: new Map(),
          subscriptionFilters: new Map(),
          arrived: 0,
          ...(input.kmsKeyId !== undefined && { kmsKeyId: input.kmsKeyId }),
        });
        return {};
      },

      DeleteLogGroup(input, call) {
        store.of(call).delete(find(call, input).name);
        return {};
      },

      DescribeLogGroups(input, call) {
        if (input.accountIdentifiers || input.includeLinkedAccounts) {
          throw notImplemented("logs:DescribeLogGroups across accounts");
        }
        const wanted = input.logGroupIdentifiers?.map((logGroupIdentifier) =>
          groupNameOf(call, { logGroupIdentifier }),
        );
        if (input.logGroupNamePrefix !== undefined && input.logGroupNamePattern !== undefined) {
          throw new Fault(
            "InvalidParameterException",
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
          );
        }
        const pattern = input.logGroupNamePattern?.toLowerCase();
        const rest = [...store.of(call).values()]
          .filter(({ name }) => name.startsWith(input.logGroupNamePrefix ?? ""))
          .filter(({ name }) => pattern === undefined || name.toLowerCase().includes(pattern))
          .filter(({ name }) => wanted === undefined || wanted.includes(name))
          .filter(({ name }) => name > (input.nextToken ?? ""))
          .sort((a, b) => (a.name < b.name ? -1 : 1));
        const page = rest.slice(0, input.limit ?? 50);
        return {
          logGroups: page.map((group) => {
            expire(group, clock.now());
            return {
              logGroupName: group.name,
              creationTime: group.created,
              arn: `${group.arn}:*`,
              logGroupArn: group.arn,
              logGroupClass: "STANDARD" as const,
              metricFilterCount: group.metricFilters.size,
              deletionProtectionEnabled: false,
              storedBytes: [...group.streams.values()].reduce((sum, { events }) => sum + bytesOf(events), 0),
              ...(group.retentionDays !== undefined && { retentionInDays: group.retentionDays }),
              ...(group.kmsKeyId !== undefined && { kmsKeyId: group.kmsKeyId }),
            };
          }),
          ...(page.length < rest.length && { nextToken: page.at(-1)?.name }),
        };
      },

      PutRetentionPolicy(input, call) {
        const group = find(call, input);
        const days = input.retentionInDays ?? 0;
        if (!retentions.includes(days)) {
          throw new Fault(
            "InvalidParameterException",
            `retentionInDays must be one of [${retentions.join(", ")}], not ${days}.`,
          );
        }
        group.retentionDays = days;
        return {};
      },
      DeleteRetentionPolicy(input, call) {
        delete find(call, input).retentionDays;
        return {};
      },

      async AssociateKmsKey(input, call) {
        if (input.logGroupName === undefined) throw notImplemented("logs:AssociateKmsKey without logGroupName");
        const group = find(call, input);
        const keyId = input.kmsKeyId ?? "";
        await checkKey(call, group.arn, keyId);
        group.kmsKeyId = keyId;
        return {};
      },
      DisassociateKmsKey(input, call) {
        if (input.logGroupName === undefined) throw notImplemented("logs:DisassociateKmsKey without logGroupName");
        delete find(call, input).kmsKeyId;
        return {};
      },

      CreateLogStream(input, call) {
        const group = find(call, input);
        const name = input.logStreamName ?? "";
        if (group.streams.has(name)) throw existing("log stream");
        const arn = `${group.arn}:log-stream:${name}`;
        group.streams.set(name, { name, arn, created: Math.floor(clock.now()), events: [] });
        return {};
      },
      DeleteLogStream(input, call) {
        const group = find(call, input);
        group.streams.delete(findStream(group, input.logStreamName).name);
        return {};
      },

      DescribeLogStreams(input, call) {
        if (input.logGroupName !== undefined && input.logGroupIdentifier !== undefined) {
          throw new Fault("ValidationException", "LogGroup name and LogGroup ARN are mutually exclusive parameters.");
        }
        const group = find(call, input);
        const byTime = input.orderBy === "LastEventTime";
        if (byTime && input.logStreamNamePrefix !== undefined) {
          throw new Fault("InvalidParameterException", "Cannot order by LastEventTime with a logStreamNamePrefix.");
        }
        const key = (stream: LogStream) => (byTime ? (stream.events.at(-1)?.id ?? "") : stream.name);
        const sorted = listStreams(group, undefined, input.logStreamNamePrefix).sort((a, b) =>
          key(a) < key(b) ? -1 : 1,
        );
        if (input.descending) sorted.reverse();
        const start = input.nextToken === undefined ? 0 : sorted.findIndex(({ name }) => name === input.nextToken) + 1;
        const page = sorted.slice(start, start + (input.limit ?? 50));
        return {
          logStreams: page.map(describeStream),
          ...(start + page.length < sorted.length && { nextToken: page.at(-1)?.name }),
        };
      },

      PutLogEvents(input, call) {
        const group = find(call, input);
        const stream = findStream(group, input.logStreamName);
        const { stored, rejected } = putLogEvents(group, stream, input.logEvents ?? [], clock.now());
        const { account, region } = call;
        for (const { message } of stored) {
          for (const metric of embeddedMetrics(message)) host.emit("metric", { account, region, ...metric });
        }
        for (const metric of filteredMetrics(group, stored)) host.emit("metric", { account, region, ...metric });
        subscriptions.deliver({ account, region }, group, stream, stored);
        return { nextSequenceToken: String(group.arrived), ...(rejected && { rejectedLogEventsInfo: rejected }) };
      },

      GetLogEvents(input, call) {
        const stream = findStream(find(call, input), input.logStreamName);
        const [direction, token] = /^([fb])\/(\d*)$/.exec(input.nextToken ?? "")?.slice(1) ?? [];
        if (input.nextToken !== undefined && direction === undefined) {
          throw new Fault("InvalidParameterException", "The specified nextToken is invalid.");
        }
        const inRange = stream.events.filter(between(input.startTime, input.endTime));
        const forward = direction === undefined ? input.startFromHead === true : direction === "f";
        const rest = inRange.filter(({ id }) => (token === undefined ? true : forward ? id > token : id < token));
        const limit = input.limit ?? 10_000;
        const page = forward ? fill(rest, limit) : fill(rest.toReversed(), limit).reverse();
        const at = token ?? "";
        return {
          events: page.map(({ timestamp, message, ingested }) => ({ timestamp, message, ingestionTime: ingested })),
          nextForwardToken: `f/${page.at(-1)?.id ?? at}`,
          nextBackwardToken: `b/${page[0]?.id ?? at}`,
        };
      },

      FilterLogEvents(input, call) {
        if (input.startFromHead === false) throw notImplemented("logs:FilterLogEvents from the tail");
        const group = find(call, input);
        const matches = parseFilterPattern(input.filterPattern ?? "");
        const streams = listStreams(group, input.logStreamNames, input.logStreamNamePrefix);
        const rest = streams
          .flatMap((stream) =>
            stream.events
              .filter(between(input.startTime, input.endTime))
              .filter(({ id }) => id > (input.nextToken ?? ""))
              .map((event) => ({ ...event, stream: stream.name })),
          )
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .filter(({ message }) => matches(message));
        const page = fill(rest, input.limit ?? 10_000);
        return {
          events: page.map(({ id, stream, timestamp, message, ingested }) => ({
            logStreamName: stream,
            timestamp,
            message,
            ingestionTime: ingested,
            eventId: id,
          })),
          searchedLogStreams: [],
          ...(page.length < rest.length && { nextToken: page.at(-1)?.id }),
        };
      },
    } satisfies Handlers<Clients["cloudwatch-logs"]>,
  });
}

/** API reference, PutRetentionPolicy. */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const bytesOf = (events: readonly LogEvent[]) => events.reduce((sum, event) => sum + sizeOf(event), 0);

const between =
  (start = Number.NEGATIVE_INFINITY, end = Number.POSITIVE_INFINITY) =>
  ({ timestamp }: LogEvent) =>
    timestamp >= start && timestamp < end;

/** The first events that fit a page: by number and by 1 MiB. */
function fill<T extends LogEvent>(events: readonly T[], limit: number): T[] {
  let bytes = 0;
  const end = events.findIndex((event, i) => {
    bytes += sizeOf(event);
    return i >= limit || (i > 0 && bytes > maxPageBytes);
  });
  return events.slice(0, end === -1 ? events.length : end);
}

function describeStream(stream: LogStream) {
  const first = stream.events[0];
  const last = stream.events.at(-1);
  return {
    logStreamName: stream.name,
    arn: stream.arn,
    creationTime: stream.created,
    // No longer maintained by the service since 2019 (API reference, LogStream).
    storedBytes: 0,
    ...(first && last && { firstEventTimestamp: first.timestamp, lastEventTimestamp: last.timestamp }),
    ...(stream.lastIngested !== undefined && { lastIngestionTime: stream.lastIngested }),
  };
}

/** Names of groups and streams have their own words (recorded on AWS: localstack's snapshot test_create_log_group_invalid_name_length). */
function refuseLongName({ path, value }: Violation): Fault | undefined {
  const isName = path === "logGroupName" || path === "logStreamName";
  if (!isName || typeof value !== "string" || value.length <= 512) return undefined;
  return new Fault(
    "InvalidParameterException",
    "Invalid LogGroup or LogStream, both must have length less than or equal to 512.",
  );
}
