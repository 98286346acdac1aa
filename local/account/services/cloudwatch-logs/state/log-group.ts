import type { Distribution, MetricTransformation } from "@aws-sdk/client-cloudwatch-logs";
import { Fault } from "../../../endpoint/fault";

export interface SubscriptionFilter {
  readonly name: string;
  readonly pattern: string;
  readonly destinationArn: string;
  readonly roleArn: string | undefined;
  readonly distribution: Distribution;
  readonly created: number;
}

export interface MetricFilter {
  readonly name: string;
  readonly pattern: string;
  readonly transformation: MetricTransformation;
  readonly created: number;
}

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
  readonly metricFilters: Map<string, MetricFilter>;
  readonly subscriptionFilters: Map<string, SubscriptionFilter>;
  retentionDays?: number;
  kmsKeyId?: string;
  /** Events that ever arrived: makes ids unique. */
  arrived: number;
}

const day = 86_400_000;
export const eventOverhead = 26;

export const sizeOf = ({ message }: { message: string }) => Buffer.byteLength(message) + eventOverhead;

/** The id of an event: its time, then its number in the group. */
export const eventId = (timestamp: number, arrived: number) =>
  String(Math.floor(timestamp)).padStart(16, "0") + String(arrived).padStart(14, "0");

export const existing = (what: string) =>
  new Fault("ResourceAlreadyExistsException", `The specified ${what} already exists`);
export const missing = (what: string) =>
  new Fault("ResourceNotFoundException", `The specified ${what} does not exist.`);

/** When events of the group expire: events older than the returned time are deleted. */
export const findHorizon = ({ retentionDays }: LogGroup, now: number) =>
  retentionDays === undefined ? Number.NEGATIVE_INFINITY : now - retentionDays * day;

/** Removes expired events. */
export function removeExpired(group: LogGroup, now: number): void {
  const oldest = findHorizon(group, now);
  for (const stream of group.streams.values()) {
    if ((stream.events[0]?.timestamp ?? now) >= oldest) continue;
    stream.events = stream.events.filter(({ timestamp }) => timestamp >= oldest);
  }
}

/** Adds events in their order; the usual case is that they are the newest. */
export function append(stream: LogStream, events: readonly LogEvent[]): void {
  const sorted = (stream.events.at(-1)?.id ?? "") < (events[0]?.id ?? "");
  stream.events.push(...events);
  if (!sorted) stream.events.sort((a, b) => (a.id < b.id ? -1 : 1));
}
