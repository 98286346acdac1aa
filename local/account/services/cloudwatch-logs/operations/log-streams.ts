import type { DescribeLogStreamsRequest, LogStream as LogStreamView } from "@aws-sdk/client-cloudwatch-logs";
import { Fault } from "../../../aws/fault";
import { pageInOrder } from "../../../host/page";
import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { existing, type LogStream } from "../state/log-group";
import { findLogStream, type LogGroups } from "../state/log-groups";

/** Creates, describes and deletes log streams. */
export function logStreamHandlers(host: Host, groups: LogGroups) {
  return {
    CreateLogStream(input, call) {
      const group = groups.find(call, input);
      const name = input.logStreamName ?? "";
      if (group.streams.has(name)) throw existing("log stream");
      const arn = `${group.arn}:log-stream:${name}`;
      group.streams.set(name, { name, arn, created: Math.floor(host.clock.now()), events: [] });
      return {};
    },

    DeleteLogStream(input, call) {
      const group = groups.find(call, input);
      group.streams.delete(findLogStream(group, input.logStreamName).name);
      return {};
    },

    DescribeLogStreams(input, call) {
      checkRequest(input);
      const { logStreamNamePrefix = "", nextToken: token, limit = 50 } = input;
      const group = groups.find(call, input);
      const matching = [...group.streams.values()].filter(({ name }) => name.startsWith(logStreamNamePrefix));
      const keyOf = (stream: LogStream) =>
        input.orderBy === "LastEventTime" ? (stream.events.at(-1)?.id ?? "") : stream.name;
      const sorted = matching.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
      if (input.descending) sorted.reverse();
      const { items, next } = pageInOrder(sorted, ({ name }) => name, { token, limit });
      return { logStreams: items.map(describeStream), nextToken: next };
    },
  } satisfies Handlers<Clients["cloudwatch-logs"]>;
}

function checkRequest(input: DescribeLogStreamsRequest): void {
  if (input.logGroupName !== undefined && input.logGroupIdentifier !== undefined) {
    throw new Fault("ValidationException", "LogGroup name and LogGroup ARN are mutually exclusive parameters.");
  }
  if (input.orderBy === "LastEventTime" && input.logStreamNamePrefix !== undefined) {
    throw new Fault("InvalidParameterException", "Cannot order by LastEventTime with a logStreamNamePrefix.");
  }
}

function describeStream(stream: LogStream): LogStreamView {
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
