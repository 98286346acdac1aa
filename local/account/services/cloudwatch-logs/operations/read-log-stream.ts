import type { GetLogEventsRequest, GetLogEventsResponse } from "@aws-sdk/client-cloudwatch-logs";
import { InvalidToken } from "../../../host/page";
import { indexAfterId, indexOfId, indexOfTime } from "../state/event-order";
import { eventId, type LogEvent, type LogStream, sizeOf } from "../state/log-group";
import { maxPageBytes, mostEvents } from "./search-log-events";

/**
 * Reads a page of a stream: the newest events, or the oldest with `startFromHead`, then those
 * behind or before the page of a token. There are always two tokens; at an end of the stream it is
 * the one that was given (API reference, GetLogEvents).
 */
export function readStream(stream: LogStream, input: GetLogEventsRequest, now: number): GetLogEventsResponse {
  const { startTime = 0, endTime, nextToken, limit = mostEvents, startFromHead = false } = input;
  const first = indexOfTime(stream.events, startTime);
  const last = endTime === undefined ? stream.events.length : indexOfTime(stream.events, endTime);
  const from = nextToken === undefined ? undefined : readPlace(nextToken);
  const isForward = from ? from.isForward : startFromHead;
  const start = from?.isForward ? Math.max(first, indexAfterId(stream.events, from.id)) : first;
  const end = from && !from.isForward ? Math.min(last, indexOfId(stream.events, from.id)) : last;
  const events = takePage(stream.events.slice(start, Math.max(start, end)), limit, isForward);
  const here = from?.id ?? eventId(now, 0);
  return {
    events: events.map(({ timestamp, message, ingested }) => ({ timestamp, message, ingestionTime: ingested })),
    nextForwardToken: `f/${events.at(-1)?.id ?? here}/s`,
    nextBackwardToken: `b/${events[0]?.id ?? here}/s`,
  };
}

/** The events at the beginning, or at the end, that fit into a page. */
function takePage(events: readonly LogEvent[], limit: number, isForward: boolean): LogEvent[] {
  const taken: LogEvent[] = [];
  let bytes = 0;
  for (const event of isForward ? events : events.toReversed()) {
    bytes += sizeOf(event);
    if (taken.length >= limit || (taken.length > 0 && bytes > maxPageBytes)) break;
    taken.push(event);
  }
  return isForward ? taken : taken.reverse();
}

function readPlace(token: string): { isForward: boolean; id: string } {
  const [, direction, id] = /^([fb])\/(\d{30})\/s$/.exec(token) ?? [];
  if (direction === undefined || id === undefined) throw new InvalidToken();
  return { isForward: direction === "f", id };
}
