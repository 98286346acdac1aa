import { isObject } from "../../stack/json";
import { readVisitor } from "../stored/stored-event";
import type { FileRecord } from "./stored-file";

export interface Visitor {
  /** As in `userId`, or in `sessionId` of a visitor who never signed in. */
  readonly id: string;
  /** Sessions in which the visitor signed in: their events before that have only a session id. */
  readonly sessions: Set<string>;
  /** Has those of them that are user ids too: an event or a row with such an id alone is that user's. */
  readonly shared: Set<string>;
}

export const toVisitor = (id: string): Visitor => ({ id, sessions: new Set(), shared: new Set() });

export function learnSession(visitor: Visitor, event: unknown): void {
  const { userId, sessionId } = readVisitor(event);
  if (userId === visitor.id && sessionId !== undefined) visitor.sessions.add(sessionId);
}

/** The ids that Personalize and imported files have for the visitor. */
export function listIds({ id, sessions, shared }: Visitor): string[] {
  return [id, ...[...sessions].filter((session) => session !== id && !shared.has(session)).sort()];
}

function isOwn({ id, sessions, shared }: Visitor, text: string): boolean {
  return text === id || (sessions.has(text) && !shared.has(text));
}

/**
 * Returns true when a stored record is about the visitor. Other users' events of a session that the visitor used are not. A text
 * that is not JSON is, when it contains one of the ids in quotation marks or as a number in an id's place.
 */
export function isAbout(visitor: Visitor, { event, text }: FileRecord): boolean {
  if (event !== undefined && typeof event !== "string") return isValueAbout(visitor, event);
  const all = `${text}\n${event ?? ""}`;
  return listIds(visitor).some(
    (id) =>
      all.includes(JSON.stringify(id)) ||
      (/^\d+$/.test(id) && new RegExp(`"(user|session)Id"\\s*:\\s*${id}(?!\\d)`).test(all)),
  );
}

/** Fields of events and updates that have other values than a visitor's id. */
const otherFields = new Set([
  ...["animalMetadata", "context", "eventId", "eventType", "eventValue", "impression", "itemId", "itemUpdate"],
  ...["recommendationId", "timestamp"],
]);

/** Without an id where ids are, each other value may be one: a producer may have misspelt the name, or sent a list. */
function isValueAbout(visitor: Visitor, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return isOwn(visitor, String(value));
  const { userId, sessionId } = readVisitor(value);
  if (userId !== undefined) return userId === visitor.id;
  if (isObject(value) && isValueAbout(visitor, value.userId)) return true;
  if (sessionId !== undefined) return isOwn(visitor, sessionId);
  return Object.entries(value).some(([name, each]) => !otherFields.has(name) && isValueAbout(visitor, each));
}
