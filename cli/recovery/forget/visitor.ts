import { isItemUpdate } from "../../../functions/ingestion/items/item-record";
import { readVisitor } from "../stored/stored-event";
import type { FileRecord } from "./stored-file";

export interface Visitor {
  /** As in `userId`, or in `sessionId` of a visitor who never signed in. */
  readonly id: string;
  /** Sessions in which the visitor signed in: their events before that have only a session id. */
  readonly sessions: Set<string>;
}

export function learnSession(visitor: Visitor, event: unknown): void {
  const { userId, sessionId } = readVisitor(event);
  if (userId === visitor.id && sessionId !== undefined) visitor.sessions.add(sessionId);
}

/** The ids that Personalize and imported files have for the visitor. */
export function listIds({ id, sessions }: Visitor): string[] {
  return [id, ...[...sessions].filter((session) => session !== id).sort()];
}

/**
 * Returns true when a stored record is about the visitor. Other users' events of a session that the visitor used are not. A text
 * that is not JSON is, when it contains one of the ids in quotation marks, and an event without ids in their places when one of
 * its values is such an id: a producer may have misspelt the name.
 */
export function isAbout(visitor: Visitor, { event, text }: FileRecord): boolean {
  if (event === undefined) return listIds(visitor).some((id) => text.includes(JSON.stringify(id)));
  const { userId, sessionId } = readVisitor(event);
  if (userId !== undefined) return userId === visitor.id;
  if (sessionId === undefined) return !isItemUpdate(event) && hasValue(event, new Set(listIds(visitor)));
  return sessionId === visitor.id || visitor.sessions.has(sessionId);
}

function hasValue(value: unknown, wanted: ReadonlySet<string>): boolean {
  if (typeof value !== "object" || value === null) return wanted.has(String(value));
  return Object.values(value).some((each) => hasValue(each, wanted));
}
