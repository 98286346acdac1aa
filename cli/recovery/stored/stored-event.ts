import { unwrapEvent } from "../../../functions/ingestion/event-record";
import { parseJson } from "../../parse-json";

/** A record of the stream as one of the buckets stores it. */
export interface StoredRecord {
  /** The same at every reading. For a record whose shard is known, the event id that the consumer gave it. */
  readonly id: string;
  /** Base64, as in the event of the Lambda function. */
  readonly data: string;
  readonly arrivedAt: Date;
}

/** Returns the event in a JSON text, without its wrapper; undefined when it is not JSON. */
export function parseEvent(text: string): unknown {
  return unwrapEvent(parseJson(text));
}

/** The visitor of an event. Also read from events that the consumer refuses. */
export interface EventVisitor {
  readonly userId: string | undefined;
  readonly sessionId: string | undefined;
}

/** Returns the ids in an event's JSON value; ids may be numbers, as in the consumer's schema. */
export function readVisitor(value: unknown): EventVisitor {
  const readText = (id: unknown) => (typeof id === "string" || typeof id === "number" ? String(id) : undefined);
  return isObject(value)
    ? { userId: readText(value.userId), sessionId: readText(value.sessionId) }
    : { userId: undefined, sessionId: undefined };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
