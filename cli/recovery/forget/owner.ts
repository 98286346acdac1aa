import { readOwner } from "../../archive/record-owner";
import { findMention, type Mention } from "./mention";
import type { FileRecord } from "./stored-file";
import { isSessionOf, listSessions, type Visitor } from "./visitor";

/**
 * Creates the function that says whose a stored record is: the user's whose id it has where the
 * contract has it, and without one the session's. A refused record that has one of the visitor's
 * ids elsewhere is not known to be anybody's: a person decides.
 */
export function createOwnerJudge(visitor: Visitor, isTaken: (record: FileRecord) => boolean) {
  const ids = [visitor.id, ...listSessions(visitor)];
  return (record: FileRecord): "visitor" | "others" | Mention => {
    const { value, text } = record;
    const mention = findMention(value, text, ids);
    if (!mention) return "others";
    const { userId, sessionId, isItemUpdate } = readOwner(record.isOfSeveralLines ? undefined : value);
    const isVisitors =
      userId === undefined ? sessionId != null && isSessionOf(visitor, sessionId) : userId === visitor.id;
    if (isVisitors) return isItemUpdate ? mention : "visitor";
    return isTaken(record) ? "others" : mention;
  };
}
