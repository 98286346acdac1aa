import { Fault } from "../../../aws/fault";
import { indexOfId } from "./event-order";

export interface LogEvent {
  /** Sorts like (timestamp, arrival): fixed width, decimal. */
  readonly id: string;
  readonly timestamp: number;
  readonly ingested: number;
  readonly message: string;
}

export interface LogStream {
  readonly name: string;
  readonly arn: string;
  readonly created: number;
  /** In the order of their ids. */
  events: LogEvent[];
  lastIngested?: number;
}

export interface LogGroup {
  readonly name: string;
  /** Without the `:*` that policies need. */
  readonly arn: string;
  readonly created: number;
  readonly tags: Map<string, string>;
  readonly streams: Map<string, LogStream>;
  retentionDays?: number;
  kmsKeyId?: string;
  /** Events that ever arrived: makes ids unique. */
  arrived: number;
}

const day = 86_400_000;
const eventOverhead = 26;

export const sizeOf = ({ message }: { message: string }) => Buffer.byteLength(message) + eventOverhead;

/** The id of an event: its time, then its number in the group. */
export const eventId = (timestamp: number, arrived: number) =>
  String(Math.floor(timestamp)).padStart(16, "0") + String(arrived).padStart(14, "0");

export const existing = (what: string) =>
  new Fault("ResourceAlreadyExistsException", `The specified ${what} already exists`);
export const missing = (what: string) =>
  new Fault("ResourceNotFoundException", `The specified ${what} does not exist.`);

/** Returns the time before which events of the group have expired and are deleted. */
export const findHorizon = ({ retentionDays }: LogGroup, now: number) =>
  retentionDays === undefined ? Number.NEGATIVE_INFINITY : now - retentionDays * day;

/**
 * The bytes of each stream's events; counting them again for each description would read all
 * events.
 */
const sizes = new WeakMap<LogStream, number>();

/** The bytes that a stream stores. */
export function storedBytes(stream: LogStream): number {
  const known = sizes.get(stream) ?? stream.events.reduce((sum, event) => sum + sizeOf(event), 0);
  sizes.set(stream, known);
  return known;
}

/** Removes expired events. */
export function removeExpired(group: LogGroup, now: number): void {
  const oldest = findHorizon(group, now);
  for (const stream of group.streams.values()) {
    if ((stream.events[0]?.timestamp ?? now) >= oldest) continue;
    stream.events = stream.events.filter(({ timestamp }) => timestamp >= oldest);
    sizes.delete(stream);
  }
}

/**
 * Adds events, which are in the order of their ids, at their places; usually they are the newest.
 */
export function append(stream: LogStream, events: readonly LogEvent[]): void {
  const [first] = events;
  if (!first) return;
  const known = sizes.get(stream);
  if (known !== undefined) {
    sizes.set(
      stream,
      events.reduce((sum, event) => sum + sizeOf(event), known),
    );
  }
  const later = stream.events.splice(indexOfId(stream.events, first.id));
  let next = 0;
  for (const event of events) {
    for (let other = later[next]; other && other.id < event.id; other = later[next]) {
      stream.events.push(other);
      next++;
    }
    stream.events.push(event);
  }
  for (const other of later.slice(next)) stream.events.push(other);
}
