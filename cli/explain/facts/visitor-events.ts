import type { Interaction } from "../../../functions/ingestion/events/event-record";
import { trimWhiteSpace } from "../../../functions/ingestion/record-parts";
import { seedKey } from "../../../names/layout";
import { listArchive } from "../../archive/archive-file";
import { ArchiveJudge } from "../../archive/archived-events";
import { readCsv } from "../../archive/csv-rows";
import { readRules } from "../../archive/judge-record";
import { tryRead } from "../../archive/objects";
import type { StackReader } from "../../stack/stack";
import type { Progress } from "../../terminal/progress";
import type { Question } from "../question";

/** An event of the visitor. */
export interface KnownEvent {
  readonly itemId: string;
  readonly eventType: string;
  /** The visitor's time. */
  readonly sentAt: Date;
  /** Absent for an imported one. */
  readonly arrivedAt?: Date;
  /** The bytes of its record in Base64, by which it is found among those that were given up. */
  readonly record?: string;
}

export type Interactions = Awaited<ReturnType<typeof readInteractions>>;

/**
 * Reads the visitor's events among the imported interactions and in the archive since a time; and
 * how often the item is in them, by anyone.
 */
export async function readInteractions(
  stack: StackReader,
  { visitor, item }: Question,
  from: Date,
  show: Progress["show"],
) {
  const events: KnownEvent[] = [];
  /** The times at which the item was in an event. */
  let firstOfItem: Date | undefined;
  const unreadable: string[] = [];
  const noteItem = (itemId: string, time: Date) => {
    if (itemId === item && (firstOfItem === undefined || time < firstOfItem)) firstOfItem = time;
  };
  let rows = 0;
  for await (const { row } of readCsv(stack, { bucket: stack.dataBucket, key: seedKey("interactions") })) {
    if (!row) continue;
    rows++;
    show(`${rows} imported interactions read`);
    const itemId = row.get("ITEM_ID") ?? "";
    noteItem(itemId, new Date(0));
    if (row.get("USER_ID") !== visitor) continue;
    const sentAt = new Date(Number(row.get("TIMESTAMP")) * 1000);
    events.push({ itemId, eventType: row.get("EVENT_TYPE") ?? "", sentAt });
  }
  const judge = new ArchiveJudge(stack, await readRules(stack));
  let objects = 0;
  for await (const object of listArchive(stack, { from })) {
    const content = await tryRead(stack, object, unreadable);
    if (content === undefined) continue;
    objects++;
    show(`${objects} archive objects read, ${events.length} events of the visitor found`);
    for await (const { stored, judged } of judge.judge(object, content)) {
      if (judged === "copy" || !("interaction" in judged)) continue;
      noteItem(judged.interaction.event.itemId, stored.arrivedAt);
      if (isOf(judged.interaction, visitor)) events.push(toEvent(judged.interaction, stored));
    }
  }
  return { events, firstOfItem, objects, unreadable };
}

/** Personalize has one visitor for an id, too, whether it is a user's or a session's. */
const isOf = ({ userId, sessionId }: Interaction, visitor: string) => (userId ?? sessionId) === visitor;

function toEvent({ event }: Interaction, stored: { readonly bytes: Buffer; readonly arrivedAt: Date }): KnownEvent {
  const { itemId, eventType, sentAt } = event;
  return { itemId, eventType, sentAt, arrivedAt: stored.arrivedAt, record: toRecordKey(stored.bytes) };
}

/** The archive has other white space at the ends of a record. */
export const toRecordKey = (bytes: Buffer): string => trimWhiteSpace(bytes).toString("base64");
