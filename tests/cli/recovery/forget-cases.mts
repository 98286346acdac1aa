// Stacks from which a visitor is to be deleted: who was there, and what the buckets have of them.
// Each record says what it is by the documents, so that the oracle reads no text.
import fc from "fast-check";

/** A record in one of the buckets: lines that belong together. */
export interface StoredRecord {
  readonly lines: readonly string[];
  /** The ids where the contract has them. */
  readonly user?: string;
  readonly session?: string;
  /** The consumer takes it: nobody searches it for ids in other places. */
  readonly isTaken: boolean;
  /** The only member that can have an id in another place. */
  readonly member?: string;
}

/** An object of the archive: its earlier versions have fewer of its records. */
export interface ArchivedObject {
  readonly hour: number;
  readonly versions: readonly (readonly StoredRecord[])[];
}

export interface Case {
  readonly visitor: string;
  readonly ids: readonly string[];
  readonly archived: readonly ArchivedObject[];
  /** The records of the stream, of which lines were refused. */
  readonly quarantined: readonly (readonly StoredRecord[])[];
  readonly replayed: readonly (readonly StoredRecord[])[];
  /** Batches of such records that were given up. */
  readonly givenUp: readonly (readonly (readonly StoredRecord[])[])[];
  /** The `USER_ID` of the rows in the copy of the imported interactions. */
  readonly imported: readonly string[];
  /** More records arrived in an hour than the archive has. */
  readonly isArchiveIncomplete: boolean;
  /** The run is killed at a change; undefined when it is not. */
  readonly kill: { readonly place: number; readonly when: "before" | "after" } | undefined;
  /** Which of the listed records are given as --also. */
  readonly isChosen: (index: number) => boolean;
}

/** What a record can be about. */
interface Draft {
  readonly user: string;
  readonly session: string;
  /** An id in a place that the contract does not have. */
  readonly word: string;
  readonly name: string;
  readonly sessionName: string;
  readonly cut: number;
}

/** Ids near one another; some are also those of items. */
const near = ["3", "30", "300", "u3", "U3", "u30", "u_3", "ann", "Ann", "anna", "i-1", "i-10", "x1", "X1", "x10"];
const sessionsNear = ["s-1", "s-10", "S-1", "s_1", "s1", "s10"];
const many = Array.from({ length: 30 }, (_, n) => `u3${n}`);
const allIds = [...new Set([...near, ...sessionsNear, ...many])];

const userNames = ["userId", "user_id", "USERID", "UserID", "user-id"];
const sessionNames = ["sessionId", "session_id", "SESSIONID", "Session-Id"];
const json = JSON.stringify;
const event = { eventType: "DetailView", itemId: "item" };
const refused = { eventType: "Swim", itemId: "item" };
const wrap = (Data: object, Partitionkey = "key") => ({ Partitionkey, Data });
/** Ids can be numbers. */
const asNumber = (id: string) => (/^[1-9]\d*$/.test(id) ? Number(id) : id);
const printed = (word: string) =>
  json({ userId: word, mail: "a@b.example", detail: { seen: true } }, null, 1).split("\n");

const one = (content: object, more: Omit<StoredRecord, "lines">): StoredRecord => ({ lines: [json(content)], ...more });
const isTaken = true;
const isRefused = { isTaken: false } as const;

const taken: readonly ((draft: Draft) => StoredRecord)[] = [
  ({ user, session }) => one({ ...event, userId: user, sessionId: session }, { user, session, isTaken }),
  ({ user, session, name }) => one({ ...event, [name]: user, sessionId: session }, { user, session, isTaken }),
  ({ user, session }) => one(wrap({ ...event, userId: user, sessionId: session }), { user, session, isTaken }),
  ({ user, session }) => one({ ...event, userId: asNumber(user), sessionId: session }, { user, session, isTaken }),
  ({ session }) => one({ ...event, sessionId: session }, { session, isTaken }),
  ({ session }) => one({ ...event, userId: null, sessionId: asNumber(session) }, { session, isTaken }),
  ({ session }) => one(wrap({ ...event, sessionId: session }), { session, isTaken }),
  ({ session, word }) => one(wrap({ ...event, sessionId: session }, word), { session, isTaken }),
  ({ session, word }) => one({ ...event, sessionId: session, note: word }, { session, isTaken }),
  ({ session, word }) => one({ ...event, sessionId: session, by: { userId: word } }, { session, isTaken }),
  ({ session, word }) => one({ ...event, sessionId: session, itemId: word }, { session, isTaken }),
];

/** One line each. */
const refusedLines: readonly ((draft: Draft) => StoredRecord)[] = [
  ({ user, session }) => one({ ...refused, userId: user, sessionId: session }, { user, session, ...isRefused }),
  ({ user, session, name, sessionName }) =>
    one({ ...refused, [name]: user, [sessionName]: session }, { user, session, ...isRefused }),
  ({ session, sessionName }) => one({ ...refused, [sessionName]: session }, { session, ...isRefused }),
  ({ session, sessionName }) => one(wrap({ ...refused, [sessionName]: session }), { session, ...isRefused }),
  ({ user, name }) => one({ userUpdate: { [name]: user } }, { user, ...isRefused }),
  ({ user, name }) => one(wrap({ userUpdate: { [name]: user } }), { user, ...isRefused }),
  ({ user }) => one({ userId: asNumber(user) }, { user, ...isRefused }),
  ({ word }) => one({ ...refused, usedId: word }, { ...isRefused, member: "usedId" }),
  ({ word }) => one({ ...refused, usedId: asNumber(word) }, { ...isRefused, member: "usedId" }),
  ({ word }) => one({ detail: { visitor: word } }, { ...isRefused, member: "visitor" }),
  ({ word }) => one({ detail: { userId: word } }, { ...isRefused, member: "userId" }),
  ({ word }) => one({ list: ["none", { userId: word }] }, { ...isRefused, member: "userId" }),
  ({ word }) => one({ visitors: ["none", word] }, { ...isRefused, member: "visitors" }),
  ({ word }) => one({ [word]: true }, isRefused),
  ({ word }) => one(wrap({ ...refused }, word), { ...isRefused, member: "Partitionkey" }),
  ({ word }) => one({ note: `call ${word}, please` }, { ...isRefused, member: "note" }),
  ({ word }) => one({ itemUpdate: { itemId: word } }, { ...isRefused, member: "itemId" }),
  ({ word }) => one({ userUpdate: { properties: { HOME: word } } }, { ...isRefused, member: "HOME" }),
];

/** Lines that are no JSON by themselves: two neighbours would be one record. */
const blocks: readonly ((draft: Draft) => StoredRecord)[] = [
  ({ word }) => ({ lines: [`user=${word} is here`], ...isRefused }),
  ({ word }) => ({ lines: [`{"userId": "${word}", "se`], ...isRefused }),
  ({ word, session }) => ({
    lines: [json({ ...event, sessionId: "any" }) + json({ ...event, userId: word, sessionId: session })],
    ...isRefused,
  }),
  ({ word }) => ({ lines: printed(word), ...isRefused }),
  ({ word, cut }) => ({ lines: printed(word).slice(0, 2 + (cut % 3)), ...isRefused }),
  ({ word, cut }) => ({
    lines: printed(word)
      .slice(0, 1 + (cut % 2))
      .concat("", printed(word).slice(3)),
    ...isRefused,
  }),
];

/** A complete line of somebody else; the quarantine has only refused ones. */
const between = (isGood: boolean): StoredRecord =>
  one({ ...(isGood ? event : refused), sessionId: "any" }, { session: "any", isTaken: isGood });

const draw = (draft: fc.Arbitrary<Draft>, shapes: readonly ((draft: Draft) => StoredRecord)[]) =>
  fc.tuple(fc.constantFrom(...shapes), draft).map(([shape, given]) => shape(given));

function drawRecords(draft: fc.Arbitrary<Draft>, isGood: boolean) {
  const block = draw(draft, blocks).map((record) => [between(isGood), record, between(isGood)]);
  const lines = [draw(draft, isGood ? taken : refusedLines), draw(draft, refusedLines)].map((all) =>
    all.map((r) => [r]),
  );
  return fc.array(fc.oneof(...lines, block), { minLength: 1, maxLength: 6 }).map((all) => all.flat());
}

const often = <T,>(usual: T, ...others: readonly T[]) =>
  fc.oneof({ weight: 1, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

/** A case of one visitor among up to 50 ids. */
const casesOf = (visitor: string, ids: readonly string[], home: string): fc.Arbitrary<Case> => {
  // No other user signs in in a session that has the visitor's id: the documents do not say whose
  // it is.
  const session = often(home, ...ids.filter((id) => id !== visitor));
  const draft: fc.Arbitrary<Draft> = fc
    .record({
      user: often(visitor, ...ids),
      session,
      isOwnSession: fc.integer({ min: 0, max: 5 }),
      word: often(visitor, home, ...ids),
      name: fc.constantFrom(...userNames),
      sessionName: fc.constantFrom(...sessionNames),
      cut: fc.nat(5),
    })
    .map(({ isOwnSession, ...all }) => ({
      ...all,
      session: isOwnSession === 0 && all.user === visitor ? visitor : all.session,
    }));
  const good = drawRecords(draft, true);
  const bad = drawRecords(draft, false);
  const archived = fc
    .record({ hour: fc.nat(2), records: good, earlier: fc.array(fc.nat(5), { maxLength: 2 }) })
    .map(({ hour, records, earlier }) => ({
      hour,
      versions: [...earlier.map((count) => records.slice(count)), records],
    }));
  return fc.record({
    visitor: fc.constant(visitor),
    ids: fc.constant(ids),
    archived: fc.array(archived, { minLength: 1, maxLength: 3 }),
    quarantined: fc.array(bad, { maxLength: 4 }),
    replayed: fc.array(bad, { maxLength: 1 }),
    givenUp: fc.array(fc.array(bad, { minLength: 1, maxLength: 3 }), { maxLength: 2 }),
    imported: fc.array(often(visitor, home, ...ids), { maxLength: 6 }),
    isArchiveIncomplete: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
    kill: fc.option(
      fc.record({ place: fc.integer({ min: 1, max: 30 }), when: fc.constantFrom("before" as const, "after" as const) }),
      { nil: undefined, freq: 2 },
    ),
    isChosen: fc.func(fc.boolean()),
  });
};

export const cases: fc.Arbitrary<Case> = fc
  .record({
    ids: fc.shuffledSubarray(allIds, { minLength: 3, maxLength: allIds.length }),
    visitor: fc.constantFrom(...allIds),
    home: fc.constantFrom(...sessionsNear, "30", "i-1", "ann"),
  })
  .filter(({ visitor, home }) => visitor !== home)
  .chain(({ ids, visitor, home }) => casesOf(visitor, [...new Set([visitor, home, ...ids])], home));
