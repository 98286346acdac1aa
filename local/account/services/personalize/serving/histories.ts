import { type EventRow, eventAt, type InteractionsData, type Snapshot } from "../state/interactions";
import { userIndex } from "../state/user-index";

/** The user whose events count, and a selection of them. */
interface HistoryRequest {
  /** A user's id, or a session's. */
  readonly id: string;
  /**
   * The data that the version was trained on: newer imports act after the next training (guide,
   * "Importing bulk data").
   */
  readonly snapshot: Snapshot;
  readonly accepts: (event: EventRow) => boolean;
  readonly limit: number;
}

/**
 * The newest events of a user or session that a version knows of, oldest first: those imported
 * before its training, and all streamed ones. An anonymous session has no events from before the
 * training (guide, "Recording events for anonymous users").
 */
export function historyOf(data: InteractionsData, { id, snapshot, accepts, limit }: HistoryRequest): EventRow[] {
  const { rows, userId, anonymous } = data.streamed.rowsOf(id);
  const events: EventRow[] = [];
  if (userId !== undefined) {
    for (const row of userIndex(snapshot.bulk, snapshot.bulkRows).rowsOf(userId)) {
      events.push(eventAt(snapshot.bulk, row));
    }
  }
  for (const row of rows) {
    if (!anonymous || row >= snapshot.streamedRows) events.push(eventAt(data.streamed.table, row));
  }
  return events
    .filter(accepts)
    .sort((a, b) => a.timestamp - b.timestamp)
    .slice(-limit);
}
