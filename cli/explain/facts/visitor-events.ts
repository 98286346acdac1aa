import type { Interaction } from "../../../functions/ingestion/events/event-record";
import { trimWhiteSpace } from "../../../functions/ingestion/record-parts";
import { seedKey } from "../../../names/layout";
import { readCsv } from "../../archive/csv-rows";
import { type ArchivedEvent, noArchiveCounts, readArchivedEvents } from "../../judge/archived-events";
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
 * when the item was first in an event, by anyone.
 */
export async function readInteractions(
  stack: StackReader,
  { visitor, item }: Question,
  from: Date,
  show: Progress["show"],
) {
  const events: KnownEvent[] = [];
  let firstOfItem: Date | undefined;
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
  const counts = noArchiveCounts();
  for await (const event of readArchivedEvents(stack, { from }, counts)) {
    show(`${counts.archiveObjects} archive objects read, ${events.length} events of the visitor found`);
    noteItem(event.event.itemId, event.stored.arrivedAt);
    if (isOf(event, visitor)) events.push(toEvent(event));
  }
  return { events, firstOfItem, objects: counts.archiveObjects, unreadable: counts.unreadable };
}

/** Personalize has one visitor for an id, too, whether it is a user's or a session's. */
const isOf = ({ userId, sessionId }: Interaction, visitor: string) => (userId ?? sessionId) === visitor;

function toEvent({ event, stored }: ArchivedEvent): KnownEvent {
  const { itemId, eventType, sentAt } = event;
  return { itemId, eventType, sentAt, arrivedAt: stored.arrivedAt, record: toRecordKey(stored.bytes) };
}

/** The archive has other white space at the ends of a record. */
export const toRecordKey = (bytes: Buffer): string => trimWhiteSpace(bytes).toString("base64");
