import { readVisitor } from "../../archive/stored-event";
import { findPersonIds } from "./person-ids";
import type { FileRecord } from "./stored-file";

export interface Visitor {
  /** As in `userId`, or in `sessionId` of a visitor who never signed in. */
  readonly id: string;
  /** Sessions in which the visitor signed in: their events before that have only a session id. */
  readonly sessions: Set<string>;
  /**
   * Has those of them that are user ids too: an event or a row with such an id alone is that
   * user's.
   */
  readonly shared: Set<string>;
}

export const toVisitor = (id: string): Visitor => ({ id, sessions: new Set(), shared: new Set() });

export function learnSession(visitor: Visitor, event: unknown): void {
  const { userId, sessionId } = readVisitor(event);
  if (userId === visitor.id && sessionId !== undefined) visitor.sessions.add(sessionId);
}

/** The sessions whose ids are no other user's. */
export const listSessions = ({ id, sessions, shared }: Visitor): string[] =>
  [...sessions].filter((session) => session !== id && !shared.has(session)).sort();

/**
 * Returns true when a stored record is about the visitor: its user id decides; without one, any
 * other id of a person in it. Other users' events of a session that the visitor used are not about
 * the visitor.
 */
export function isAbout({ id, sessions, shared }: Visitor, { event, text }: FileRecord): boolean {
  const { users, all } = findPersonIds(event, text);
  if (users.size > 0) return users.has(id);
  return [...all].some((each) => each === id || (sessions.has(each) && !shared.has(each)));
}
