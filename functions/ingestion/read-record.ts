import { describeMisspelt, listNames } from "../support/issues";
import { type Interaction, readEvent } from "./events/event-record";
import type { visitorEvent } from "./events/event-schema";
import { decodeRecord, type StreamPart } from "./record";
import { kindOf, type RowKind, updateOf } from "./updates/row-kind";
import { type RowUpdate, readUpdate, type UpdateSchema } from "./updates/row-update";

export interface RecordSchemas {
  readonly event: ReturnType<typeof visitorEvent>;
  readonly itemUpdate: UpdateSchema;
  /** Absent in a stack without users. */
  readonly userUpdate?: UpdateSchema | undefined;
}

/**
 * Returns what a part of a record is: an event, an update of an item or a user, or neither, with
 * the reason. The consumer and the commands that read stored records judge by this function alone.
 */
export function readPart(
  part: StreamPart,
  schemas: RecordSchemas,
): { interaction: Interaction } | { update: RowUpdate; kind: RowKind } | { reason: string } {
  const content = decodeRecord(part);
  if ("reason" in content) return content;
  const update = updateOf(content.value);
  if (update === undefined) {
    const read = readEvent(part, content.value, schemas.event);
    return "reason" in read ? { reason: read.reason + describeOtherRecord(content.value, schemas.event) } : read;
  }
  if (update === "both") return { reason: "userUpdate: is in one record with itemUpdate; send two records" };
  const schema = schemas[update];
  if (!schema) return { reason: `${update}: this stack has no users; name their file with recommender:usersFile` };
  const kind = kindOf(update);
  const read = readUpdate(part, content.value, schema, kind);
  return "reason" in read ? read : { ...read, kind };
}

/**
 * Says that a refused event is probably an update, or an event in a wrapper, with a misspelt name.
 * Their values are objects, and a key beside `Data`; an event's own `date` is none of them.
 */
function describeOtherRecord(value: unknown, event: RecordSchemas["event"]): string {
  if (typeof value !== "object" || value === null) return "";
  const isWrapper = "Data" in value;
  const members = Object.entries(value).filter(([, member]) => isWrapper || typeof member === "object");
  const names = isWrapper ? ["Partitionkey"] : ["itemUpdate", "userUpdate", "Data"];
  return describeMisspelt(Object.fromEntries(members), names, [...names, ...listNames(event)]);
}
