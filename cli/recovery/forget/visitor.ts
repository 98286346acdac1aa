import type { RecordOwner } from "../../archive/record-owner";
import type { SeenKeys } from "../../archive/seen-keys";

export interface Visitor {
  /** As in `userId`, or in `sessionId` of a visitor who never signed in. */
  readonly id: string;
  /** Sessions in which the visitor signed in: their events before that have only a session id. */
  readonly sessions: Set<string>;
  /** Has those of them that are ids of users too. What has only such an id is that user's. */
  readonly ofUsers: Set<string>;
  /**
   * Has those of them in which another user signed in as well. Nothing says whose their events
   * before that are.
   */
  readonly ofSeveral: Set<string>;
}

export const toVisitor = (id: string): Visitor => ({
  id,
  sessions: new Set(),
  ofUsers: new Set(),
  ofSeveral: new Set(),
});

/** The facts about ids that the records of all have. */
export interface KnownIds {
  readonly users: SeenKeys;
  /** Sessions in which users signed in who are not the visitor. */
  readonly sessionsOfOthers: SeenKeys;
}

/** Learns from a record which sessions are the visitor's. */
export function learnSession(
  visitor: Visitor,
  { userId, sessionId, isItemUpdate }: Partial<RecordOwner>,
  known: KnownIds,
): void {
  if (userId == null) return;
  known.users.add(userId);
  if (sessionId == null || isItemUpdate) return;
  if (userId === visitor.id) visitor.sessions.add(sessionId);
  else known.sessionsOfOthers.add(sessionId);
}

/** Returns true for an id with which a session is the visitor's alone. */
export const isSessionOf = ({ id, sessions, ofUsers, ofSeveral }: Visitor, session: string): boolean =>
  session === id || (sessions.has(session) && !ofUsers.has(session) && !ofSeveral.has(session));

/** The sessions that are the visitor's alone. */
export const listSessions = (visitor: Visitor): string[] =>
  [...visitor.sessions].filter((session) => session !== visitor.id && isSessionOf(visitor, session)).sort();
