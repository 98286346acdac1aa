import { notImplemented } from "../../../aws/fault";
import { writeToken } from "../../../host/page";
import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { countLogEvents, emitLogMetrics } from "../metrics/emit-log-metrics";
import { appendLogEvents } from "../state/append-log-events";
import { findLogStream, type LogGroups } from "../state/log-groups";
import { readStream } from "./read-log-stream";
import { searchEvents } from "./search-log-events";

/** Writes, reads and searches log events. */
export function logEventHandlers(host: Host, groups: LogGroups) {
  return {
    PutLogEvents(input, call) {
      if (input.entity !== undefined) throw notImplemented("logs:PutLogEvents with entity");
      const group = groups.find(call, input);
      const stream = findLogStream(group, input.logStreamName);
      const { stored, rejected } = appendLogEvents(group, stream, input.logEvents ?? [], host.clock.now());
      const messages = stored.map(({ message }) => message);
      countLogEvents(host, call, group, stored);
      emitLogMetrics(host, call, messages);
      return { nextSequenceToken: String(group.arrived), ...(rejected && { rejectedLogEventsInfo: rejected }) };
    },

    FilterLogEvents(input, call) {
      if (input.startFromHead === false) throw notImplemented("logs:FilterLogEvents with startFromHead false");
      const { events, last } = searchEvents(groups.find(call, input), input);
      return {
        events: events.map(({ id, stream, timestamp, message, ingested }) => ({
          logStreamName: stream,
          timestamp,
          message,
          ingestionTime: ingested,
          eventId: id,
        })),
        searchedLogStreams: [],
        ...(last !== undefined && { nextToken: writeToken(last) }),
      };
    },

    GetLogEvents: (input, call) =>
      readStream(findLogStream(groups.find(call, input), input.logStreamName), input, host.clock.now()),
  } satisfies Handlers<Clients["cloudwatch-logs"]>;
}
