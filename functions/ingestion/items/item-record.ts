import { describeIssues } from "../../support/schema";
import { arrivalOf, describeFuture, type StreamRecord } from "../stream-record";
import type { Change } from "./item-columns";
import type { itemUpdate } from "./item-update-schema";

/** A change of one item, with its record. */
export interface ItemUpdate extends Change {
  record: StreamRecord;
  itemId: string;
  /**
   * The producer's time, or the record's arrival: of two changes of an item the later one counts.
   */
  changedAt: Date;
}

/** Returns the update in a record whose data were decoded, or the reason why there is none. */
export function readItemUpdate(
  record: StreamRecord,
  value: unknown,
  schema: ReturnType<typeof itemUpdate>,
): { update: ItemUpdate } | { reason: string } {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => ({ ...issue, path: leaveOutColumn(issue.path) }));
    return { reason: describeIssues({ issues }, "itemUpdate") };
  }
  const { itemId, timestamp, available, columns } = parsed.data;
  const late = describeFuture(record, timestamp);
  if (late !== undefined) return { reason: late };
  return { update: { record, itemId, changedAt: timestamp ?? arrivalOf(record), available, columns } };
}

/**
 * The name of a column is the producer's: an issue of its value is one of the columns as a whole.
 */
function leaveOutColumn(path: readonly PropertyKey[]): readonly PropertyKey[] {
  return path[1] === "columns" ? path.slice(0, 2) : path;
}
