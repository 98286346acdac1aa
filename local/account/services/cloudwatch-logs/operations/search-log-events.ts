import type { FilterLogEventsRequest } from "@aws-sdk/client-cloudwatch-logs";
import { Fault } from "../../../aws/fault";
import { InvalidToken, readToken } from "../../../host/page";
import { parseFilterPattern } from "../filter-pattern/filter-pattern";
import { LogLine } from "../filter-pattern/log-line";
import { indexAfterId, indexOfTime } from "../state/event-order";
import { type LogEvent, type LogGroup, type LogStream, sizeOf } from "../state/log-group";
import { findLogStream } from "../state/log-groups";

/**
 * The limits of a page of events, in bytes and events (API reference, FilterLogEvents and
 * GetLogEvents).
 */
export const maxPageBytes = 1_048_576;
export const mostEvents = 10_000;

type FoundEvent = LogEvent & { readonly stream: string };

/** A page of FilterLogEvents, and the id of its last event if more follow. */
interface FoundEvents {
  readonly events: readonly FoundEvent[];
  readonly last: string | undefined;
}

/**
 * Searches the events of all streams in the order of their ids, from the request's time or token
 * on.
 */
export function searchEvents(group: LogGroup, input: FilterLogEventsRequest): FoundEvents {
  const matches = parseFilterPattern(input.filterPattern ?? "");
  const events: FoundEvent[] = [];
  let pageBytes = 0;
  for (const event of listEvents(group, input)) {
    if (!matches(new LogLine(event.message))) continue;
    pageBytes += sizeOf(event);
    const isFull = events.length >= (input.limit ?? mostEvents) || (events.length > 0 && pageBytes > maxPageBytes);
    if (isFull) return { events, last: events.at(-1)?.id };
    events.push(event);
  }
  return { events, last: undefined };
}

function listEvents(group: LogGroup, input: FilterLogEventsRequest): FoundEvent[] {
  const after = input.nextToken === undefined ? "" : readEventToken(input.nextToken);
  return selectStreams(group, input)
    .flatMap(({ name, events }) => {
      const start = Math.max(indexOfTime(events, input.startTime ?? 0), indexAfterId(events, after));
      const end = input.endTime === undefined ? events.length : indexOfTime(events, input.endTime);
      return events.slice(start, end).map((event) => ({ ...event, stream: name }));
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Returns the id of the last event of the page before. */
function readEventToken(token: string): string {
  const id = readToken(token);
  if (!/^\d+$/.test(id)) throw new InvalidToken();
  return id;
}

function selectStreams(group: LogGroup, { logStreamNames, logStreamNamePrefix }: FilterLogEventsRequest): LogStream[] {
  if (logStreamNames && logStreamNamePrefix !== undefined) {
    throw new Fault("InvalidParameterException", "logStreamNames and logStreamNamePrefix cannot be given together.");
  }
  if (logStreamNames) return [...new Set(logStreamNames)].map((name) => findLogStream(group, name));
  return [...group.streams.values()].filter(({ name }) => name.startsWith(logStreamNamePrefix ?? ""));
}
