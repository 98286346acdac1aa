import { unwrapEvent } from "../../../functions/ingestion/record";
import { readVisitor } from "../../archive/stored-event";
import { findMention, type Mention } from "./mention";
import { findNamedPersons } from "./named-persons";
import type { FileRecord } from "./stored-file";
import { isSessionOf, listSessions, type Visitor } from "./visitor";

/** Reasons why a refused record that has one of the visitor's ids stays. */
export type KeptReason = "names another person too" | "has the id in another place";

/** A refused record that has one of the visitor's ids, and may not be the visitor's. */
export interface KeptMention extends Mention {
  readonly reason: KeptReason;
}

/**
 * Creates the function that says whose a stored record is. Of a record that the consumer takes, its
 * user's id decides, and without one its session. A refused record is the visitor's when it names
 * the visitor and nobody else. One that has the id otherwise is not known to be.
 */
export function createOwnerJudge(visitor: Visitor, isTaken: (record: FileRecord) => boolean) {
  const ids = [visitor.id, ...listSessions(visitor)];
  return (record: FileRecord): "visitor" | "others" | KeptMention => {
    const { value, text } = record;
    const mention = findMention(value, text, ids);
    if (!mention) return "others";
    const event = unwrapEvent(value);
    if (isTaken(record)) return isOwnEvent(visitor, event) ? "visitor" : "others";
    const { users, sessions } = findNamedPersons(event, value);
    const persons = [...users.map((id) => id === visitor.id), ...sessions.map((id) => isSessionOf(visitor, id))];
    if (!persons.includes(true)) return { ...mention, reason: "has the id in another place" };
    return persons.includes(false) ? { ...mention, reason: "names another person too" } : "visitor";
  };
}

function isOwnEvent(visitor: Visitor, event: unknown): boolean {
  const { userId, sessionId } = readVisitor(event);
  if (userId !== undefined) return userId === visitor.id;
  return sessionId !== undefined && isSessionOf(visitor, sessionId);
}
