import type { Interaction } from "../../../functions/ingestion/events/event-record";
import { quoteCell } from "../../../seed/import-files/csv-file";
import { toColumnKey } from "../../../values/columns";
import type { Row } from "../../archive/csv-rows";
import { SeenKeys } from "../../archive/seen-keys";

/**
 * Returns the row of an event. Without a user id, Personalize identifies the visitor by the
 * session.
 */
export function toRow({ userId, sessionId, context = {}, event }: Interaction): Row {
  const { itemId, eventType, eventValue, recommendationId, impression, sentAt } = event;
  const own = Object.entries(context).map(([column, value]) => [toColumnKey(column), String(value)] as const);
  return new Map([
    ...own,
    ["USER_ID", userId ?? sessionId],
    ["ITEM_ID", itemId],
    ["TIMESTAMP", String(Math.floor(sentAt.getTime() / 1000))],
    ["EVENT_TYPE", eventType],
    ["EVENT_VALUE", eventValue === undefined ? "" : String(eventValue)],
    ["RECOMMENDATION_ID", recommendationId ?? ""],
    ...(impression === undefined ? [] : [["IMPRESSION", joinImpression(impression)] as const]),
  ]);
}

/**
 * The longest impression that an import takes; with a longer one all of it fails (Personalize's
 * quotas).
 */
const longestImpression = 1000;

/**
 * Returns the ids as a file has them, separated by bars (guide, "Formatting explicit impressions"):
 * as many as an import takes. An id with a bar cannot be among them, because the import would read
 * two ids.
 */
function joinImpression(itemIds: readonly string[]): string {
  let joined = "";
  for (const itemId of itemIds) {
    if (itemId.includes("|")) continue;
    const longer = joined === "" ? itemId : `${joined}|${itemId}`;
    if (longer.length <= longestImpression) joined = longer;
  }
  return joined;
}

/**
 * Creates the function that writes a row as CSV with the columns of the dataset's schema. It
 * returns an empty text for a duplicate: a row of the same visitor, item, time and type, or an
 * event with the same id. Personalize would keep only one of them (guide, "Importing bulk data").
 */
export function createRowWriter(columns: readonly string[], counts: { rows: number; duplicates: number }) {
  const seen = new SeenKeys();
  return (row: Row, eventId?: string): string => {
    const key = JSON.stringify(["USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE"].map((column) => row.get(column)));
    const isNewEvent = eventId === undefined || seen.add(eventId);
    // Both are remembered, whatever the answer.
    if (!seen.add(key) || !isNewEvent) {
      counts.duplicates++;
      return "";
    }
    counts.rows++;
    return `${columns.map((column) => quoteCell(row.get(toColumnKey(column)) ?? "")).join(",")}\n`;
  };
}
