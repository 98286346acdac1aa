import type { FilterLogEventsRequest } from "@aws-sdk/client-cloudwatch-logs";
import type { Clients } from "../../../endpoint/clients";
import { Fault, notImplemented } from "../../../endpoint/fault";
import { emitMetric } from "../../../endpoint/metric";
import { InvalidToken, readToken, writeToken } from "../../../endpoint/page";
import type { Handlers, Host } from "../../../endpoint/service";
import { parseFilterPattern } from "../filter-pattern/filter-pattern";
import { embeddedMetrics } from "../metrics/embedded-metrics";
import { filteredMetrics } from "../metrics/filtered-metrics";
import { appendLogEvents } from "../state/append-log-events";
import { type LogEvent, type LogGroup, sizeOf } from "../state/log-group";
import { findLogStream, type LogGroups } from "../state/log-groups";
import type { SubscriptionDelivery } from "../subscription-delivery";

const maxPageBytes = 1_048_576;
const mostEvents = 10_000;

/** Writes, reads and searches log events. */
export function logEventHandlers(host: Host, groups: LogGroups, delivery: SubscriptionDelivery) {
  return {
    PutLogEvents(input, call) {
      const group = groups.find(call, input);
      const stream = findLogStream(group, input.logStreamName);
      const { stored, rejected } = appendLogEvents(group, stream, input.logEvents ?? [], host.clock.now());
      const { account, region } = call;
      const metrics = [...stored.flatMap(({ message }) => embeddedMetrics(message)), ...filteredMetrics(group, stored)];
      for (const { name, value, unit, ...source } of metrics) {
        emitMetric(host, { account, region, ...source }, name, value, unit);
      }
      delivery.deliver({ account, region }, group, stream, stored);
      return { nextSequenceToken: String(group.arrived), ...(rejected && { rejectedLogEventsInfo: rejected }) };
    },

    GetLogEvents(input, call) {
      const stream = findLogStream(groups.find(call, input), input.logStreamName);
      const { direction, after } = readPosition(input.nextToken);
      const inRange = stream.events.filter(between(input.startTime, input.endTime));
      const forward = direction === undefined ? input.startFromHead === true : direction === "f";
      const rest = inRange.filter(({ id }) => (after === undefined ? true : forward ? id > after : id < after));
      const limit = input.limit ?? mostEvents;
      const page = forward ? fillPage(rest, limit) : fillPage(rest.toReversed(), limit).reverse();
      return {
        events: page.map(({ timestamp, message, ingested }) => ({ timestamp, message, ingestionTime: ingested })),
        nextForwardToken: `f/${page.at(-1)?.id ?? after ?? ""}`,
        nextBackwardToken: `b/${page[0]?.id ?? after ?? ""}`,
      };
    },

    FilterLogEvents(input, call) {
      if (input.startFromHead === false) throw notImplemented("logs:FilterLogEvents with startFromHead false");
      const found = searchEvents(groups.find(call, input), input);
      const page = fillPage(found, input.limit ?? mostEvents);
      const last = page.at(-1);
      return {
        events: page.map(({ id, stream, timestamp, message, ingested }) => ({
          logStreamName: stream,
          timestamp,
          message,
          ingestionTime: ingested,
          eventId: id,
        })),
        searchedLogStreams: [],
        ...(last && page.length < found.length && { nextToken: writeToken(last.id) }),
      };
    },
  } satisfies Handlers<Clients["cloudwatch-logs"]>;
}

/** A token of GetLogEvents: a direction, and the event before the page. Unlike other lists, it has pages both ways. */
function readPosition(token: string | undefined): { direction?: string | undefined; after?: string | undefined } {
  if (token === undefined) return {};
  const [, direction, after] = /^([fb])\/(\d*)$/.exec(token) ?? [];
  if (direction === undefined) throw new Fault("InvalidParameterException", "The specified nextToken is invalid.");
  return { direction, after };
}

/** The events that FilterLogEvents finds, without those of earlier pages. */
function searchEvents(group: LogGroup, input: FilterLogEventsRequest): (LogEvent & { stream: string })[] {
  const matches = parseFilterPattern(input.filterPattern ?? "");
  const isAsked = between(input.startTime, input.endTime);
  const last = input.nextToken === undefined ? "" : readEventToken(input.nextToken);
  return selectStreams(group, input)
    .flatMap(({ name, events }) =>
      events.filter((event) => isAsked(event) && event.id > last).map((event) => ({ ...event, stream: name })),
    )
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .filter(({ message }) => matches(message));
}

/** Returns the id of the last event of the page before. */
function readEventToken(token: string): string {
  const id = readToken(token);
  if (!/^\d+$/.test(id)) throw new InvalidToken();
  return id;
}

function selectStreams(group: LogGroup, { logStreamNames, logStreamNamePrefix }: FilterLogEventsRequest) {
  if (logStreamNames && logStreamNamePrefix !== undefined) {
    throw new Fault("InvalidParameterException", "logStreamNames and logStreamNamePrefix cannot be given together.");
  }
  if (logStreamNames) return logStreamNames.map((name) => findLogStream(group, name));
  return [...group.streams.values()].filter(({ name }) => name.startsWith(logStreamNamePrefix ?? ""));
}

const between =
  (start = Number.NEGATIVE_INFINITY, end = Number.POSITIVE_INFINITY) =>
  ({ timestamp }: LogEvent) =>
    timestamp >= start && timestamp < end;

/** The first events that fit a page: by number and by 1 MiB. */
function fillPage<T extends LogEvent>(events: readonly T[], limit: number): T[] {
  let bytes = 0;
  const end = events.findIndex((event, i) => {
    bytes += sizeOf(event);
    return i >= limit || (i > 0 && bytes > maxPageBytes);
  });
  return events.slice(0, end === -1 ? events.length : end);
}
