import { type Interaction, readEvent } from "./events/event-record";
import type { visitorEvent } from "./events/event-schema";
import { type ItemUpdate, readItemUpdate } from "./items/item-record";
import type { itemUpdate } from "./items/item-update-schema";
import { decodeEvent, isItemUpdate, type StreamRecord } from "./stream-record";

export interface RecordSchemas {
  readonly event: ReturnType<typeof visitorEvent>;
  readonly update: ReturnType<typeof itemUpdate>;
}

/**
 * Returns what a record of the stream is: an event, an update of an item, or neither, with the
 * reason. The consumer and the commands that read stored records judge by this function alone.
 */
export function readRecord(
  record: StreamRecord,
  schemas: RecordSchemas,
): { interaction: Interaction } | { update: ItemUpdate } | { reason: string } {
  const content = decodeEvent(record.kinesis.data);
  if ("reason" in content) return content;
  return isItemUpdate(content.value)
    ? readItemUpdate(record, content.value, schemas.update)
    : readEvent(record, content.value, schemas.event);
}
