import type { Interaction } from "../../../functions/ingestion/events/event-record";
import { trimWhiteSpace } from "../../../functions/ingestion/record-parts";
import { seedKey } from "../../../names/layout";
import { type Row, readCsv } from "../../archive/csv-rows";
import { describeUnreadable, nameObject } from "../../archive/objects";
import { type ArchivedEvent, noArchiveCounts, readArchivedEvents } from "../../judge/archived-events";
import type { StackReader } from "../../stack/stack";
import type { Progress } from "../../terminal/progress";
import type { Question } from "../question";
import type { KnownEvent } from "./facts";

/** An event of the visitor, as it was found. */
export interface FoundEvent extends KnownEvent {
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
  const events: FoundEvent[] = [];
  let firstOfItem: Date | undefined;
  const noteItem = (itemId: string, time: Date) => {
    if (itemId === item && (firstOfItem === undefined || time < firstOfItem)) firstOfItem = time;
  };
  let rows = 0;
  let userColumn = 0;
  const unreadable: string[] = [];
  for await (const row of readImported(stack, unreadable)) {
    if (rows++ === 0) userColumn = Math.max(0, [...row.keys()].indexOf("USER_ID"));
    show(`${rows} imported interactions read`);
    const itemId = row.get("ITEM_ID") ?? "";
    noteItem(itemId, new Date(0));
    if (row.get("USER_ID") !== visitor) continue;
    events.push({ itemId, eventType: row.get("EVENT_TYPE") ?? "", sentAt: toTime(row.get("TIMESTAMP")) });
  }
  const counts = noArchiveCounts();
  for await (const event of readArchivedEvents(stack, { from }, counts)) {
    show(`${counts.archiveObjects} archive objects read, ${events.length} events of the visitor found`);
    noteItem(event.event.itemId, event.stored.arrivedAt);
    if (isOf(event, visitor)) events.push(toEvent(event));
  }
  return { events, firstOfItem, userColumn, unreadable: [...unreadable, ...counts.unreadable] };
}

async function* readImported(stack: StackReader, unreadable: string[]): AsyncGenerator<Row> {
  const object = { bucket: stack.dataBucket, key: seedKey("interactions") };
  try {
    for await (const { row } of readCsv(stack, object)) if (row) yield row;
  } catch (error) {
    const reason = describeUnreadable(error as Error);
    if (reason === undefined) throw error;
    unreadable.push(nameObject(object, reason));
  }
}

/** Seconds, as the import takes them; a cell that is none has the time 1970. */
function toTime(cell: string | undefined): Date {
  const time = new Date(Number(cell) * 1000);
  return Number.isNaN(time.getTime()) ? new Date(0) : time;
}

/** Personalize has one visitor for an id, too, whether it is a user's or a session's. */
const isOf = ({ userId, sessionId }: Interaction, visitor: string) => (userId ?? sessionId) === visitor;

function toEvent({ event, stored }: ArchivedEvent): FoundEvent {
  const { itemId, eventType, sentAt } = event;
  return { itemId, eventType, sentAt, arrivedAt: stored.arrivedAt, record: toRecordKey(stored.bytes) };
}

/** The archive has other white space at the ends of a record. */
export const toRecordKey = (bytes: Buffer): string => trimWhiteSpace(bytes).toString("base64");
