import type { GetLogEventsRequest } from "@aws-sdk/client-cloudwatch-logs";
import { Fault, notImplemented } from "../../../aws/fault";
import { writeToken } from "../../../host/page";
import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { LogLine } from "../filter-pattern/log-line";
import { emitLogMetrics } from "../metrics/emit-log-metrics";
import { appendLogEvents } from "../state/append-log-events";
import { indexAfterId, indexOfId, indexOfTime } from "../state/event-order";
import { type LogEvent, type LogStream, sizeOf } from "../state/log-group";
import { findLogStream, type LogGroups } from "../state/log-groups";
import type { SubscriptionDelivery } from "../subscription-delivery";
import { maxPageBytes, mostEvents } from "./page-limits";
import { searchEvents } from "./search-log-events";

/** Writes, reads and searches log events. */
export function logEventHandlers(host: Host, groups: LogGroups, delivery: SubscriptionDelivery) {
  return {
    async PutLogEvents(input, call) {
      const group = groups.find(call, input);
      const stream = findLogStream(group, input.logStreamName);
      const { stored, rejected } = appendLogEvents(group, stream, input.logEvents ?? [], host.clock.now());
      const nextSequenceToken = String(group.arrived);
      const lines = stored.map(({ message }) => new LogLine(message));
      emitLogMetrics(host, call, group, lines);
      await delivery.deliver(call, group, stream, stored, lines);
      return { nextSequenceToken, ...(rejected && { rejectedLogEventsInfo: rejected }) };
    },

    GetLogEvents(input, call) {
      const stream = findLogStream(groups.find(call, input), input.logStreamName);
      const { page, after = "" } = readPage(stream, input);
      return {
        events: page.map(({ timestamp, message, ingested }) => ({ timestamp, message, ingestionTime: ingested })),
        nextForwardToken: `f/${page.at(-1)?.id ?? after}`,
        nextBackwardToken: `b/${page[0]?.id ?? after}`,
      };
    },

    async FilterLogEvents(input, call) {
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
  } satisfies Handlers<Clients["cloudwatch-logs"]>;
}

/** A page of a stream, and the event that its token names. */
function readPage({ events }: LogStream, input: GetLogEventsRequest): { page: LogEvent[]; after: string | undefined } {
  const { direction, after } = readPosition(input.nextToken);
  const { startTime = 0, endTime = Number.POSITIVE_INFINITY, limit = mostEvents } = input;
  const first = indexOfTime(events, startTime);
  const end = indexOfTime(events, endTime);
  const forward = direction === undefined ? input.startFromHead === true : direction === "f";
  if (forward) {
    const from = after === undefined ? first : Math.max(first, indexAfterId(events, after));
    return { after, page: takePage(events, from, end, 1, limit) };
  }
  const to = after === undefined ? end : Math.min(end, indexOfId(events, after));
  return { after, page: takePage(events, to - 1, first - 1, -1, limit).reverse() };
}

/** A token of GetLogEvents: a direction, and the event before the page. Unlike other lists, it has pages both ways. */
function readPosition(token: string | undefined): { direction?: string | undefined; after?: string | undefined } {
  if (token === undefined) return {};
  const [, direction, after] = /^([fb])\/(\d*)$/.exec(token) ?? [];
  if (direction === undefined) throw new Fault("InvalidParameterException", "The specified nextToken is invalid.");
  return { direction, after };
}

/** Events from an index on, up to, not including, `end`, that fit a page: by number and by 1 MiB. */
function takePage(events: readonly LogEvent[], from: number, end: number, step: 1 | -1, limit: number): LogEvent[] {
  const page: LogEvent[] = [];
  let bytes = 0;
  for (let i = from; step * (end - i) > 0 && page.length < limit; i += step) {
    const event = events[i];
    if (!event) break;
    bytes += sizeOf(event);
    if (page.length > 0 && bytes > maxPageBytes) break;
    page.push(event);
  }
  return page;
}
