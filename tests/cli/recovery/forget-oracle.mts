// What docs/data.md, "Erasing a visitor", says that `forget` leaves: small and slow.
import type { Case, StoredRecord } from "./forget-cases.mts";

const listRecords = ({ archived, quarantined, replayed, givenUp }: Case): StoredRecord[] => [
  ...archived.flatMap(({ versions }) => versions.flat()),
  ...[...quarantined, ...replayed].flat(),
  ...givenUp.flat(2),
];

/** The sessions in which the visitor signed in. */
export function findSessions(given: Case) {
  const all = listRecords(given);
  const others = all.filter(({ user }) => user !== undefined && user !== given.visitor);
  const own = all.flatMap(({ user, session }) => (user === given.visitor && session !== undefined ? session : []));
  const sessions = [...new Set(own)].filter((id) => id !== given.visitor);
  const isUser = (id: string) => others.some(({ user }) => user === id);
  const hasOthers = (id: string) => others.some(({ session }) => session === id);
  return {
    theirs: sessions.filter((id) => !isUser(id) && !hasOthers(id)),
    alsoUsers: sessions.filter(isUser),
    /** Without those that are ids of users. */
    several: sessions.filter((id) => hasOthers(id) && !isUser(id)),
  };
}

export type Ids = ReadonlySet<string>;

/** All ids of the visitor. */
export const idsOf = (given: Case): Ids => new Set([given.visitor, ...findSessions(given).theirs]);

/** A record with a user's id is that user's; without, that of the session's visitor. */
export const isTheirs = ({ user, session }: StoredRecord, visitor: string, ids: Ids): boolean =>
  user === undefined ? session !== undefined && ids.has(session) : user === visitor;

/** No letter, digit or underscore touches it. The cases' ids are no patterns. */
const hasWord = (text: string, id: string) => new RegExp(`(?<!\\w)${id}(?!\\w)`).test(text);

/** A refused record that stays, and has an id of the visitor. */
export const isListed = (record: StoredRecord, visitor: string, ids: Ids): boolean =>
  !record.isTaken &&
  !isTheirs(record, visitor, ids) &&
  [...ids].some((id) => record.lines.some((line) => hasWord(line, id)));

/** The lines of a text, in which each deleted record left empty ones. */
export const leaveLines = (records: readonly StoredRecord[], isDeleted: (record: StoredRecord) => boolean): string[] =>
  records.flatMap((record) => record.lines.map((line) => (isDeleted(record) ? "" : line)));

/** The versions of an object, oldest first: those that had a deleted record are no more. */
export function leaveVersions(
  versions: readonly (readonly StoredRecord[])[],
  isDeleted: (record: StoredRecord) => boolean,
): string[] {
  const toText = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");
  return versions.flatMap((records, n) => {
    const isLatest = n === versions.length - 1;
    return isLatest || !records.some(isDeleted) ? toText(leaveLines(records, isDeleted)) : [];
  });
}

/** The records of a batch or of the quarantine; one without a line is no more. */
export const leaveRecords = (
  records: readonly (readonly StoredRecord[])[],
  isDeleted: (record: StoredRecord) => boolean,
): string[] =>
  records
    .map((parts) => leaveLines(parts, isDeleted))
    .filter((lines) => lines.some((line) => line !== ""))
    .map((lines) => lines.join("\n"));

/** The ids whose data are deleted in Personalize and in the imported interactions. */
export const deletedIds = (given: Case): Ids => (given.isArchiveIncomplete ? new Set([given.visitor]) : idsOf(given));
