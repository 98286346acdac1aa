import { toAnimalGroupId } from "../../../contract";
import { unwrapEvent } from "../../../functions/ingestion/record";
import { readId } from "../../../functions/values/id";
import { prefixes } from "../../../names/layout";
import { listHours, type StoredObject, tryRead } from "../../archive/objects";
import { readFailedBatch, readQuarantined, type StoredRecords } from "../../archive/quarantine-file";
import { readOwner } from "../../archive/record-owner";
import { parseRecord } from "../../archive/stored-event";
import { isObject, parseJson } from "../../stack/json";
import { listObjects } from "../../stack/objects";
import type { StackReader } from "../../stack/stack";
import type { Question } from "../question";
import { toRecordKey } from "./visitor-events";

/** A record of the visitor, or an update of the item, that never reached Personalize. */
export interface LostRecord {
  readonly kind: "refused" | "given up";
  readonly of: "visitor" | "item";
  readonly object: StoredObject;
  /** Why it was refused. */
  readonly reason: string | undefined;
  readonly arrivedAt: Date;
  readonly record: string;
}

/**
 * Reads the quarantine bucket since a time. Objects that a replay has sent again have other keys
 * there, and are left out.
 */
export async function readLost(stack: StackReader, question: Question, from: Date, unreadable: string[]) {
  const bucket = stack.quarantineBucket;
  const found: LostRecord[] = [];
  const collect = async (key: string, kind: LostRecord["kind"], read: (text: string) => StoredRecords | undefined) => {
    const object = { bucket, key };
    const content = await tryRead(stack, object, unreadable);
    const text = content?.toString("utf8") ?? "";
    const whole = kind === "refused" ? parseJson(text) : undefined;
    const reason = isObject(whole) && typeof whole.reason === "string" ? whole.reason : undefined;
    for (const { bytes, arrivedAt } of read(text)?.records ?? []) {
      const of = findSubject(bytes, question);
      if (of && arrivedAt >= from) found.push({ kind, of, object, reason, arrivedAt, record: toRecordKey(bytes) });
    }
  };
  for await (const { key } of listHours(stack, bucket, prefixes.quarantine, { from })) {
    await collect(key, "refused", readQuarantined);
  }
  for await (const { key, modified } of listObjects(stack, bucket, prefixes.failed)) {
    if (modified >= from) await collect(key, "given up", readFailedBatch);
  }
  return found;
}

function findSubject(bytes: Buffer, { visitor, item, request }: Question): LostRecord["of"] | undefined {
  const value = parseRecord(bytes.toString("utf8"));
  const event = unwrapEvent(value);
  const update = isObject(event) ? event.itemUpdate : undefined;
  if (isObject(update)) return item !== undefined && readItem(update) === item ? "item" : undefined;
  const { userId, sessionId } = readOwner(value);
  // Without a user's id in the record, its session is the visitor's if the question has it.
  const isVisitor = userId === undefined ? sessionId === (request.sessionId ?? visitor) : userId === visitor;
  return isVisitor ? "visitor" : undefined;
}

function readItem({ itemId, animalMetadata }: Readonly<Record<string, unknown>>): string | undefined {
  if (!isObject(animalMetadata)) return readId(itemId);
  try {
    return toAnimalGroupId(animalMetadata as never);
  } catch {
    // Refused for its attributes: it names no item.
    return undefined;
  }
}
