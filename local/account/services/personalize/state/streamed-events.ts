import type { Field } from "../formats/avro-schema";
import { ItemCounts } from "./item-counts";
import { type Cell, Table } from "./table";

/**
 * One event of PutEvents, its row in the order of the dataset's fields; USER_ID is missing while
 * the visitor is not signed in.
 */
export interface StreamedEvent {
  readonly eventId: string | undefined;
  readonly cells: readonly Cell[];
  /** Ids that were shown, as far as the event or its recommendation says. */
  readonly shown: readonly string[];
}

interface Visit {
  /** Rows of the session that no user has. */
  readonly rows: number[];
  userId: string | undefined;
}

const none: readonly number[] = [];

/**
 * The interactions that came through an event tracker. A FULL import keeps them. A session's events
 * have no user until one event names session and user; from then on they belong to the user, and
 * the session's id is an alias of the user's.
 */
export class StreamedEvents {
  readonly table: Table;
  readonly #eventIds = new Set<string>();
  readonly #ofUser = new Map<string, number[]>();
  readonly #visits = new Map<string, Visit>();
  /** Events and impressions by item. */
  readonly exposure = new ItemCounts();
  readonly #ofItem = new Map<string, number>();

  constructor(fields: readonly Field[]) {
    this.table = new Table(fields);
  }

  /** Returns the number of streamed events of an item. */
  eventsOf(itemId: string): number {
    return this.#ofItem.get(itemId) ?? 0;
  }

  /** Takes one user's or session's events; repeated ones are skipped. Returns the new ones. */
  put<E extends StreamedEvent>(userId: string | undefined, sessionId: string, events: readonly E[]): E[] {
    const visit = this.#visitOf(sessionId);
    if (userId !== undefined) this.#join(visit, userId);
    const owner = userId ?? visit.userId;
    const added: E[] = [];
    for (const event of events) {
      const { eventId, cells, shown } = event;
      const rows = owner === undefined ? visit.rows : this.#ofUser.get(owner);
      if (this.#isRepeated(rows ?? none, eventId, cells)) continue;
      if (eventId !== undefined) this.#eventIds.add(eventId);
      const row = this.table.append(cells);
      if (owner === undefined) visit.rows.push(row);
      else this.#give(row, owner);
      const itemId = String(this.table.get(row, "ITEM_ID"));
      this.#ofItem.set(itemId, this.eventsOf(itemId) + 1);
      for (const id of [itemId, ...shown]) this.exposure.add(id);
      added.push(event);
    }
    return added;
  }

  /** The rows of a user or of a session. `anonymous`: the session has no user. */
  rowsOf(id: string): { rows: readonly number[]; userId: string | undefined; anonymous: boolean } {
    const own = this.#ofUser.get(id);
    if (own) return { rows: own, userId: id, anonymous: false };
    const visit = this.#visits.get(id);
    if (!visit) return { rows: none, userId: id, anonymous: false };
    if (visit.userId === undefined) return { rows: visit.rows, userId: undefined, anonymous: true };
    return { rows: this.#ofUser.get(visit.userId) ?? none, userId: visit.userId, anonymous: false };
  }

  /** Deletes a user: the rows stay, without a user. Returns their number. */
  deleteUser(userId: string): number {
    const rows = this.#ofUser.get(userId) ?? none;
    for (const row of rows) this.table.set(row, "USER_ID", undefined);
    this.#ofUser.delete(userId);
    for (const [sessionId, visit] of this.#visits) if (visit.userId === userId) this.#visits.delete(sessionId);
    return rows.length;
  }

  #visitOf(sessionId: string): Visit {
    const visit = this.#visits.get(sessionId) ?? { rows: [], userId: undefined };
    this.#visits.set(sessionId, visit);
    return visit;
  }

  #join(visit: Visit, userId: string): void {
    for (const row of visit.rows.splice(0)) this.#give(row, userId);
    visit.userId = userId;
    if (!this.#ofUser.has(userId)) this.#ofUser.set(userId, []);
  }

  #give(row: number, userId: string): void {
    this.table.set(row, "USER_ID", userId);
    const rows = this.#ofUser.get(userId) ?? [];
    rows.push(row);
    this.#ofUser.set(userId, rows);
  }

  /**
   * An event id counts once; so do two events of one user that are equal in everything, time
   * included (API reference, Event).
   */
  #isRepeated(rows: readonly number[], eventId: string | undefined, cells: readonly Cell[]): boolean {
    if (eventId !== undefined && this.#eventIds.has(eventId)) return true;
    const { fields } = this.table;
    const times = this.table.number("TIMESTAMP");
    const time = Number(cells[fields.findIndex(({ name }) => name === "TIMESTAMP")]);
    const isSame = (row: number) =>
      times?.value(row) === time &&
      fields.every(({ name }, i) => name === "USER_ID" || areEqual(this.table.get(row, name), cells[i]));
    return rows.some(isSame);
  }
}

/** Compares a stored cell with a given one: a stored cell has its column's type. */
const areEqual = (stored: Cell, given: Cell) =>
  given === undefined ? stored === undefined : stored !== undefined && String(stored) === String(given);
