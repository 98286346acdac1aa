// The ids of persons in a refused record: below the contract's names, wherever and however they are
// spelled. No other name says that a value is a person's id.
import { readId } from "../../../functions/values/id";
import { readVisitor } from "../../archive/stored-event";
import { isObject } from "../../stack/json";
import { listMembers } from "./json-members";

export interface NamedPersons {
  readonly users: readonly string[];
  /** Sessions of which the record does not say whose they are. */
  readonly sessions: readonly string[];
}

/** Members of events and updates that are about an item. */
const ofItems = ["animalMetadata", "itemUpdate"];

/** `user_id`, `userID` and `user-id` are the same name. */
const toLetters = (name: string): string => name.toLowerCase().replace(/[_-]/g, "");

/**
 * Finds the persons whom a refused record names. Where the contract has the user's id, it decides
 * alone; without any user's id the sessions do, and without these the partition key, which a
 * producer may also take from something else.
 */
export function findNamedPersons(event: unknown, value: unknown): NamedPersons {
  const { userId } = readVisitor(event);
  if (userId !== undefined) return { users: [userId], sessions: [] };
  const users: string[] = [];
  const sessions: string[] = [];
  for (const { name = "", value: part } of listMembers(value, ofItems)) {
    const letters = toLetters(name);
    if (letters === "userid") users.push(...toIds(part));
    if (letters === "sessionid") sessions.push(...toIds(part));
  }
  if (users.length > 0) return { users, sessions: [] };
  if (sessions.length > 0 || !isObject(value)) return { users, sessions };
  const keys = Object.entries(value).filter(([name]) => toLetters(name) === "partitionkey");
  return { users, sessions: keys.flatMap(([, each]) => toIds(each)) };
}

const toIds = (value: unknown): string[] => {
  const id = readId(value);
  return id === undefined ? [] : [id];
};
