import type { FilterLogEventsRequest } from "@aws-sdk/client-cloudwatch-logs";
import { Fault } from "../../../aws/fault";
import { InvalidToken, readToken } from "../../../host/page";
import { DueQueue } from "../../../time/due-queue";
import { parseFilterPattern } from "../filter-pattern/filter-pattern";
import { LogLine } from "../filter-pattern/log-line";
import { indexAfterId, indexOfTime } from "../state/event-order";
import { type LogEvent, type LogGroup, type LogStream, sizeOf } from "../state/log-group";
import { findLogStream } from "../state/log-groups";
import { maxPageBytes, mostEvents } from "./page-limits";

/**
 * In bytes: how much one request searches. "This operation can return empty results while there are more log events
 * available through the token" (API reference, FilterLogEvents).
 */
const mostSearched = 16 * 1024 * 1024;

/** A page of FilterLogEvents, and the id of the last event that it looked at if more events follow. */
interface FoundEvents {
  readonly events: readonly (LogEvent & { readonly stream: string })[];
  readonly last: string | undefined;
}

/** The next event of a stream; `time` and `order` are those of its id. */
interface Cursor {
  readonly stream: LogStream;
  readonly index: number;
  readonly event: LogEvent;
  readonly time: number;
  readonly order: number;
}

/** The events of all streams in the order of their ids, from the request's time or token on. */
export function searchEvents(group: LogGroup, input: FilterLogEventsRequest): FoundEvents {
  const { matches } = parseFilterPattern(input.filterPattern ?? "");
  const queue = openStreams(group, input);
  const events: (LogEvent & { stream: string })[] = [];
  let pageBytes = 0;
  let searched = 0;
  let last: string | undefined;
  for (let cursor = queue.first(); cursor; cursor = queue.first()) {
    const { stream, event } = cursor;
    const size = sizeOf(event);
    if (searched > 0 && searched + size > mostSearched) return { events, last };
    if (matches(new LogLine(event.message))) {
      if (events.length > 0 && pageBytes + size > maxPageBytes) return { events, last };
      if (events.length >= (input.limit ?? mostEvents)) return { events, last };
      events.push({ ...event, stream: stream.name });
      pageBytes += size;
    }
    searched += size;
    last = event.id;
    queue.remove(cursor);
    addCursor(queue, stream, cursor.index + 1, input.endTime);
  }
  return { events, last: undefined };
}

function openStreams(group: LogGroup, input: FilterLogEventsRequest): DueQueue<Cursor> {
  const last = input.nextToken === undefined ? "" : readEventToken(input.nextToken);
  const queue = new DueQueue<Cursor>();
  for (const stream of selectStreams(group, input)) {
    const start = indexOfTime(stream.events, input.startTime ?? 0);
    addCursor(queue, stream, Math.max(start, indexAfterId(stream.events, last)), input.endTime);
  }
  return queue;
}

function addCursor(queue: DueQueue<Cursor>, stream: LogStream, index: number, end = Number.POSITIVE_INFINITY): void {
  const event = stream.events[index];
  if (!event || event.timestamp >= end) return;
  queue.add({ stream, index, event, time: Number(event.id.slice(0, 16)), order: Number(event.id.slice(16)) });
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
