import { unwrapEvent } from "../../../functions/ingestion/stream-record";
import { idText } from "../../../functions/values/id";
import { isObject, parseJson } from "../../stack/json";

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
  return unwrapEvent(parseJson(text, numericId.test(text) ? keepDigits : undefined));
}

const numericId = /"(?:userId|sessionId)"\s*:\s*-?\d/;

/** A number that JSON changes: the consumer refuses it as an id, but its digits are in the record, and a visitor's. */
const keepDigits = (key: string, value: unknown, ...[context]: { source?: string }[]) =>
  (key === "userId" || key === "sessionId") && typeof value === "number" && !Number.isSafeInteger(value)
    ? context?.source
    : value;

/** Marks a record that a replay sent again, with the first one's id (docs/contract.md). The archive has both. */
export const copyMark = "replayOf";
export const isCopy = (event: unknown): boolean => isObject(event) && copyMark in event;

/** Returns the ids in an event, also one that the consumer refuses; they may be numbers, as in the consumer's schema. */
export function readVisitor(value: unknown) {
  const { userId, sessionId } = isObject(value) ? value : {};
  const readText = (id: unknown) =>
    typeof id === "number" || (typeof id === "string" && idText.test(id)) ? String(id) : undefined;
  return { userId: readText(userId), sessionId: readText(sessionId) };
}
