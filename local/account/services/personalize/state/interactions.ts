import type { Field } from "../formats/avro-schema";
import { StreamedEvents } from "./streamed-events";
import { Table } from "./table";
import { userIndex } from "./user-index";

/**
 * The stored interactions: imported and streamed ones separately, since a FULL import replaces only
 * the imported ones.
 */
export class InteractionsData {
  bulk: Table;
  readonly streamed: StreamedEvents;

  constructor(fields: readonly Field[]) {
    this.bulk = new Table(fields);
    this.streamed = new StreamedEvents(fields);
  }

  /** The extent of the data now; a version keeps it to know what it was trained on. */
  snapshot(): Snapshot {
    return { bulk: this.bulk, bulkRows: this.bulk.length, streamedRows: this.streamed.table.length };
  }

  /**
   * Removes the user from every row, also in the tables that versions still use. Returns the number
   * of rows.
   */
  deleteUser(userId: string): number {
    const rows = userIndex(this.bulk, this.bulk.length).rowsOf(userId);
    for (const row of rows) this.bulk.set(row, "USER_ID", undefined);
    return rows.length + this.streamed.deleteUser(userId);
  }
}

export interface Snapshot {
  readonly bulk: Table;
  readonly bulkRows: number;
  readonly streamedRows: number;
}

/** Reads one event of either table. */
export interface EventRow {
  readonly itemId: string;
  readonly timestamp: number;
  readonly eventType: string | undefined;
  readonly eventValue: number | undefined;
}

export function eventAt(table: Table, row: number): EventRow {
  return {
    itemId: table.text("ITEM_ID")?.get(row) ?? "",
    timestamp: table.number("TIMESTAMP")?.value(row) ?? 0,
    eventType: table.text("EVENT_TYPE")?.get(row),
    eventValue: table.number("EVENT_VALUE")?.get(row),
  };
}
