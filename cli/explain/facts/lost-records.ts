import { Readable } from "node:stream";
import { z } from "zod";
import { toAnimalGroupId } from "../../../contract";
import { unwrapEvent } from "../../../functions/ingestion/record";
import { functionParts, prefixes } from "../../../names/layout";
import { physicalName } from "../../../names/physical-names";
import { readId } from "../../../values/id";
import { listHours, type StoredObject, tryRead } from "../../archive/objects";
import { readFailedBatch, readQuarantined } from "../../archive/quarantine-file";
import { readOwner } from "../../archive/record-owner";
import { parseRecord, type StoredRecord } from "../../archive/stored-event";
import { isObject, parseJson } from "../../stack/json";
import { type ListedObject, listObjects } from "../../stack/objects";
import type { StackReader } from "../../stack/stack";
import type { Progress } from "../../terminal/progress";
import type { Question } from "../question";
import type { GivenUp, LostRecord } from "./facts";
import { toRecordKey } from "./visitor-events";

/** A record as it was found. */
export interface FoundRecord extends LostRecord {
  /** As those of `FoundEvent`. */
  readonly record: string;
}

/** Objects that are read at a time: an error of a producer can leave a hundred thousand. */
const parallelReads = 32;

/**
 * Reads the quarantine bucket since a time. Objects that a replay has sent again have other keys
 * there, and are left out.
 */
export async function readLost(
  stack: StackReader,
  question: Question,
  from: Date,
  { show, unreadable }: { readonly show: Progress["show"]; readonly unreadable: string[] },
): Promise<FoundRecord[]> {
  const bucket = stack.quarantineBucket;
  const found: FoundRecord[] = [];
  let count = 0;
  const readAll = async (objects: AsyncIterable<ListedObject>, read: (text: string, object: StoredObject) => void) =>
    Readable.from(objects).forEach(
      async ({ key }: ListedObject) => {
        const object = { bucket, key };
        const content = await tryRead(stack, object, unreadable);
        show(`${++count} objects of the quarantine read`);
        if (content) read(content.toString("utf8"), object);
      },
      { concurrency: parallelReads },
    );
  const add = (object: StoredObject, fate: LostRecord["fate"], records: readonly StoredRecord[] = []) => {
    for (const { bytes, arrivedAt } of records) {
      const of = findSubject(bytes, question);
      const isOurs =
        of !== undefined && arrivedAt >= from && (fate.kind === "refused" || isConsumerOf(stack, of, fate));
      if (isOurs) found.push({ of, object, arrivedAt, fate, record: toRecordKey(bytes) });
    }
  };
  await readAll(listHours(stack, bucket, prefixes.quarantine, { from }), (text, object) => {
    const { reason } = asObject(parseJson(text));
    add(
      object,
      { kind: "refused", reason: typeof reason === "string" ? reason : undefined },
      readQuarantined(text)?.records,
    );
  });
  await readAll(listFailed(stack, from), (text, object) => add(object, readFate(text), readFailedBatch(text)?.records));
  unreadable.sort();
  return found;
}

const asObject = (value: unknown) => (isObject(value) ? value : {});

async function* listFailed(stack: StackReader, from: Date): AsyncGenerator<ListedObject> {
  for await (const object of listObjects(stack, stack.quarantineBucket, prefixes.failed)) {
    if (object.modified >= from) yield object;
  }
}

/** The members of an invocation record that say what was given up (Lambda guide, same page). */
const invocationRecord = z.looseObject({
  requestContext: z.looseObject({ functionArn: z.string().optional(), condition: z.string().optional() }).optional(),
  KinesisBatchInfo: z.looseObject({ batchSize: z.number().optional() }).optional(),
});

function readFate(text: string): GivenUp {
  const { requestContext, KinesisBatchInfo } = invocationRecord.safeParse(parseJson(text)).data ?? {};
  const batchSize = KinesisBatchInfo?.batchSize ?? readFailedBatch(text)?.records.length ?? 1;
  // `…:function:NAME`, or with a version after it.
  const functionName = requestContext?.functionArn?.split(":")[6];
  return { kind: "given up", functionName, condition: requestContext?.condition, batchSize };
}

const consumers = { event: "ingestEvents", item: "updateItems", user: "updateUsers" } as const;

/** Each consumer gets all records of the stream, and takes those of its kind. */
function isConsumerOf(stack: StackReader, of: LostRecord["of"], { functionName }: GivenUp): boolean {
  return functionName === undefined || functionName === physicalName(stack, functionParts[consumers[of]]);
}

function findSubject(bytes: Buffer, { visitor, item, request }: Question): LostRecord["of"] | undefined {
  const value = parseRecord(bytes.toString("utf8"));
  const event = unwrapEvent(value);
  const { itemUpdate, userUpdate } = asObject(event);
  if (isObject(itemUpdate)) return item !== undefined && readItem(itemUpdate) === item ? "item" : undefined;
  const { userId, sessionId } = readOwner(value);
  if (isObject(userUpdate)) return userId === visitor ? "user" : undefined;
  // Without a user's id in the record, its session is the visitor's if the question has it.
  const isVisitor = userId === undefined ? sessionId === (request.sessionId ?? visitor) : userId === visitor;
  return isVisitor ? "event" : undefined;
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
