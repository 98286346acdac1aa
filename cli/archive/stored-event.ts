import { type StreamPart, unwrapEvent } from "../../functions/ingestion/record";
import { trimWhiteSpace } from "../../functions/ingestion/record-parts";
import { readId } from "../../values/id";
import { isObject, parseJson } from "../stack/json";

/** A part of a record of the stream, as one of the buckets stores it. */
export interface StoredRecord {
  /**
   * The same at every reading. For a record whose shard is known, the event id that the consumer
   * gave it.
   */
  readonly id: string;
  readonly bytes: Buffer;
  readonly arrivedAt: Date;
}

/** Returns a stored record as the consumers judge it, when it arrives at this time. */
export const toPart = ({ id, bytes }: StoredRecord, arrival: Date): StreamPart => ({
  record: {
    eventID: id,
    kinesis: { data: "", sequenceNumber: "", approximateArrivalTimestamp: arrival.getTime() / 1000 },
  },
  numbers: [1],
  bytes: trimWhiteSpace(bytes),
  isAlone: true,
});

/**
 * Returns the value of a JSON text, with its wrapper; undefined when it is not JSON. A number that
 * JSON may change is the text of its digits: the consumer refuses it as an id, but the digits are
 * in the record, and a visitor's.
 */
export function parseRecord(text: string): unknown {
  return parseJson(text.replace(/^[ \t\r\n]*\ufeff/, ""), inexactNumber.test(text) ? keepDigits : undefined);
}

/** As `parseRecord`, without the wrapper. */
export const parseEvent = (text: string): unknown => unwrapEvent(parseRecord(text));

/**
 * Text that may have such a number: one that is too long, or one with a fraction or an exponent
 * where an id may be. Each part of it begins with a character that no other part can have, so that
 * a search takes a time that grows with the text.
 */
const inexactNumber = /\d{16}|(?:"\s*:|[[,])\s*-?\d+[.eE]/;

const keepDigits = (_key: string, value: unknown, ...[context]: { source?: string }[]) =>
  typeof value === "number" && !Number.isSafeInteger(value) ? context?.source : value;

/**
 * Marks a record that a replay sent again, with the first one's id (docs/contract.md). The archive
 * has both.
 */
export const copyMark = "replayOf";
export const isCopy = (event: unknown): boolean => isObject(event) && copyMark in event;

/** Returns the ids in a record where the contract has them, as the consumers read them. */
export function readVisitor(value: unknown) {
  const { userId, sessionId, userUpdate } = isObject(value) ? value : {};
  const updated = isObject(userUpdate) ? readId(userUpdate.userId) : undefined;
  return { userId: updated ?? readId(userId), sessionId: readId(sessionId) };
}
