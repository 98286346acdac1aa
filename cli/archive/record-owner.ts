import { readId } from "../../values/id";
import { isObject } from "../stack/json";

/** Whose a record is, by the ids where the contract has them. */
export interface RecordOwner {
  /** Null for something that is no id, and for two of them. */
  readonly userId: string | null | undefined;
  readonly sessionId: string | null | undefined;
  /** An update of an item is nobody's. */
  readonly isItemUpdate: boolean;
}

/**
 * Reads the ids in a stored record where the contract has them: of the event, alone or in the
 * wrapper, and of an update of a user. Their names count in any spelling, such as `user_id`; where
 * the wrapper or the update itself is misspelt, it counts in a record that names nobody.
 */
export function readOwner(record: unknown): RecordOwner {
  if (!isObject(record)) return { userId: undefined, sessionId: undefined, isItemUpdate: false };
  // As the consumers unwrap it.
  if ("Partitionkey" in record && "Data" in record) return readEventOwner(record.Data);
  const owner = readEventOwner(record);
  const isNamed = owner.userId !== undefined || owner.sessionId !== undefined;
  const [data, ...more] = findMembers(record, "Data");
  const isWrapper = data !== undefined && more.length === 0 && findMembers(record, "Partitionkey").length > 0;
  return isNamed || owner.isItemUpdate || !isWrapper ? owner : readEventOwner(data);
}

function readEventOwner(event: unknown): RecordOwner {
  const value = isObject(event) ? event : {};
  const userId = idOf(value, "userId");
  const sessionId = idOf(value, "sessionId");
  const isItemUpdate = "itemUpdate" in value;
  const updated = isObject(value.userUpdate) ? idOf(value.userUpdate, "userId") : undefined;
  if (updated !== undefined) return { userId: updated, sessionId, isItemUpdate };
  if (userId !== undefined || sessionId !== undefined) return { userId, sessionId, isItemUpdate };
  const [update, ...more] = findMembers(value, "userUpdate");
  const isUpdate = isObject(update) && more.length === 0;
  return { userId: isUpdate ? idOf(update, "userId") : undefined, sessionId, isItemUpdate };
}

/** Reads the id under a name. The contract's own spelling is read before others. */
function idOf(value: object, name: string): string | null | undefined {
  const own = readId((value as Readonly<Record<string, unknown>>)[name]);
  if (own !== undefined) return own;
  const members = findMembers(value, name);
  const ids = new Set(members.flatMap((each) => readId(each) ?? []));
  const isClear = ids.size < 2 && !members.some((each) => typeof each === "object" && each !== null);
  return isClear ? [...ids][0] : null;
}

/** `user_id`, `userID` and `user-id` are the same name. */
const toLetters = (name: string): string => name.toLowerCase().replace(/[_-]/g, "");

function findMembers(value: object, name: string): unknown[] {
  const letters = toLetters(name);
  return Object.entries(value).flatMap(([key, each]) => (toLetters(key) === letters ? [each] : []));
}
