import type { InputLogEvent, RejectedLogEventsInfo } from "@aws-sdk/client-cloudwatch-logs";
import { Fault } from "../../../aws/fault";
import { append, eventId, findHorizon, type LogEvent, type LogGroup, type LogStream, sizeOf } from "./log-group";

const hour = 3_600_000;
const day = 24 * hour;
const maxBatchBytes = 1_048_576;

/**
 * Stores a batch under the rules of PutLogEvents (API reference): in chronological order, within 24
 * hours and 1 MiB; events from the far future or past are rejected one by one. Returns what was
 * stored and what was not.
 */
export function appendLogEvents(
  group: LogGroup,
  stream: LogStream,
  batch: readonly InputLogEvent[],
  now: number,
): { stored: readonly LogEvent[]; rejected?: RejectedLogEventsInfo } {
  const events = batch.map(({ timestamp = 0, message = "" }) => ({ timestamp, message }));
  checkBatch(events);
  const tooOld = now - 14 * day;
  const expired = findHorizon(group, now);
  const firstKept = (oldest: number) => {
    const index = events.findIndex(({ timestamp }) => timestamp >= oldest);
    return index === -1 ? events.length : index;
  };
  const tooOldEnd = firstKept(tooOld);
  const expiredEnd = firstKept(expired);
  const newStart = events.findIndex(({ timestamp }) => timestamp > now + 2 * hour);
  const kept = events.slice(Math.max(tooOldEnd, expiredEnd), newStart === -1 ? undefined : newStart);
  const ingested = Math.floor(now);
  const stored = kept.map((event) => ({ ...event, ingested, id: eventId(event.timestamp, group.arrived++) }));
  append(stream, stored);
  if (stored.length > 0) stream.lastIngested = ingested;
  const rejected: RejectedLogEventsInfo = {
    ...(tooOldEnd > 0 && { tooOldLogEventEndIndex: tooOldEnd }),
    ...(expiredEnd > 0 && { expiredLogEventEndIndex: expiredEnd }),
    ...(newStart !== -1 && { tooNewLogEventStartIndex: newStart }),
  };
  return { stored, ...(Object.keys(rejected).length > 0 && { rejected }) };
}

function checkBatch(events: readonly { timestamp: number; message: string }[]): void {
  const invalid = (message: string) => new Fault("InvalidParameterException", message);
  const bytes = events.reduce((sum, event) => sum + sizeOf(event), 0);
  if (bytes > maxBatchBytes) throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${maxBatchBytes}`);
  for (const [i, { timestamp }] of events.entries()) {
    if (timestamp >= (events[i - 1]?.timestamp ?? 0)) continue;
    throw invalid("Log events in a single PutLogEvents request must be in chronological order.");
  }
  const span = (events.at(-1)?.timestamp ?? 0) - (events[0]?.timestamp ?? 0);
  if (span > day) {
    throw invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
  }
}
