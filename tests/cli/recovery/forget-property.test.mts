// `forget` on any mixture of ids: nothing of the visitor stays, and everything of the others does,
// byte by byte.
import fc from "fast-check";
import { expect, test } from "vitest";
import { forget } from "../../../cli/recovery/forget/forget.ts";
import { toRowKey } from "../../../functions/ingestion/updates/changed-rows.ts";
import { linesKey, prefixes, seedKey } from "../../../names/layout.ts";
import { missingIds } from "../../../values/id.ts";
import { check } from "../../faults/property.mts";
import { usePrinted } from "../../support/printed-lines.mts";
import {
  archiveKey,
  failedBatch,
  quarantined,
  quarantineKey,
  stack,
  toSeed,
  useRecoveryStage,
} from "./recovery-stage.mts";

usePrinted();
const stage = await useRecoveryStage();

/**
 * Ids of users, sessions and items: the same ones, so that one is used as the other. Each case has
 * its own.
 */
const poolOf = (run: number) => [`${run}07`, `${run}10042`, `u-${run}`, `a "b" ${run}`, `9${run}${"0".repeat(17)}1`];
const anyId = fc.nat({ max: 4 });

/** How a record has an id, or none. */
const form = fc.oneof(
  fc.record({ form: fc.constantFrom("text", "text", "text", "number", "list", "object"), id: anyId }),
  fc.record({ form: fc.constantFrom("absent", "null", "empty", "true", "list of nothing"), id: fc.constant(0) }),
  // What programs write for a missing id: the same text for many visitors.
  fc.record({
    form: fc.constantFrom(...missingIds, "[object Object]").map((word) => `word ${word}`),
    id: fc.constant(0),
  }),
);
type Form = typeof form extends fc.Arbitrary<infer T> ? T : never;
const anyRecord = fc.record({
  user: form,
  session: form,
  item: anyId,
  kind: fc.constantFrom("event", "event", "event", "update", "update", "known", "known", "wrapped", "cut"),
  /** Read by a replay or delivered: it is in Personalize too. */
  delivered: fc.boolean(),
});
type AnyRecord = typeof anyRecord extends fc.Arbitrary<infer T> ? T : never;
const records = fc.array(anyRecord, { maxLength: 5 });
const mixture = fc.record({
  archive: fc.array(records, { minLength: 1, maxLength: 3 }),
  /** Records of an earlier version of the first object, in addition to its own. */
  earlier: records,
  quarantine: records,
  replayed: records,
  batch: records,
  rows: fc.array(anyId, { maxLength: 4 }),
  /** Users in the versions of their file, and those whom updates have changed. */
  described: fc.array(fc.uniqueArray(anyId), { minLength: 1, maxLength: 2 }),
  changed: fc.uniqueArray(anyId),
  visitor: anyId,
});

function toValue({ form: name, id }: Form, pool: readonly string[]): string | undefined {
  const text = JSON.stringify(pool[id]);
  if (name.startsWith("word ")) return JSON.stringify(name.slice(5));
  const values: Record<string, string | undefined> = {
    text,
    null: "null",
    empty: '""',
    true: "true",
    "list of nothing": "[null]",
    list: `[${text}]`,
    object: `{"id":${text}}`,
    number: /^\d+$/.test(pool[id] ?? "") ? pool[id] : text,
  };
  return values[name];
}

let marks = 0;
/**
 * Writes a record; each has another text. Numbers are written by hand, because JSON would change
 * the longest.
 */
function toText({ user, session, item, kind }: AnyRecord, pool: readonly string[]): string {
  const itemId = JSON.stringify(pool[item]);
  const userId = toValue(user, pool);
  const ofUser = `${userId === undefined ? "" : `"userId":${userId},`}"properties":{"HOME":"flat"}`;
  const fields = {
    ...(kind === "known" ? { userUpdate: `{${ofUser}}` } : { userId, sessionId: toValue(session, pool) }),
    ...(kind === "known"
      ? {}
      : kind === "update"
        ? { itemUpdate: `{"itemId":${itemId},"available":true}` }
        : { itemId, eventType: '"DetailView"' }),
    eventId: `"event ${++marks}"`,
    timestamp: '"2026-01-01T00:00:00Z"',
  };
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  const text = `{${present.map(([name, value]) => `"${name}":${value}`).join(",")}}`;
  if (kind === "wrapped") return `{"Partitionkey":"key","Data":${text}}`;
  return kind === "cut" ? text.slice(0, -1) : text;
}

/** The id that Personalize would have. */
const idOf = ({ form: name, id }: Form, pool: readonly string[]) =>
  /^(text|number)$/.test(name) ? pool[id] : undefined;
/** Where something else is in the place of an id, a person decides. */
const isUnclear = ({ form: name }: Form) => ["list", "list of nothing", "object"].includes(name);

/** Where a record has the session; an update of a user has none. */
const sessionOf = ({ kind, session }: AnyRecord): Form => (kind === "known" ? { form: "absent", id: 0 } : session);

/** Says whose records are whose, from the description of the records and not from their texts. */
function judge(all: readonly AnyRecord[], users: readonly string[], pool: readonly string[], visitor: string) {
  const whole = all.filter(({ kind }) => kind !== "cut");
  const userOf = ({ user }: AnyRecord) => idOf(user, pool);
  const sessionsOf = (of: readonly AnyRecord[]) => new Set(of.map((record) => idOf(sessionOf(record), pool)));
  const known = new Set([...users, ...whole.map(userOf)]);
  // An update of an item has no visitor.
  const events = whole.filter(({ kind }) => kind !== "update");
  const ofOthers = sessionsOf(events.filter((record) => userOf(record) !== undefined && userOf(record) !== visitor));
  const sessions = [...sessionsOf(events.filter((record) => userOf(record) === visitor))];
  const own = new Set([visitor, ...sessions.filter((session) => !known.has(session) && !ofOthers.has(session))]);
  own.delete(undefined);
  const isErased = (record: AnyRecord): boolean => {
    const { user, kind } = record;
    if (kind === "cut" || kind === "update") return false;
    const userId = userOf(record);
    if (userId !== undefined || isUnclear(user)) return userId === visitor;
    return own.has(idOf(sessionOf(record), pool));
  };
  return { own, isErased };
}

const quote = (id: string) => (id.includes('"') ? `"${id.replaceAll('"', '""')}"` : id);
const toUsers = (ids: readonly string[]) => ["USER_ID,HOME", ...ids.map((id) => `${quote(id)},flat`), ""].join("\n");
const toLines = (ids: readonly string[]) =>
  ids.map((id) => `${JSON.stringify({ id, columns: { HOME: "flat\u2028" } })}\n`).join("");

let run = 0;
const erase = (user: string) => forget({ stack, user, yes: true, json: true }, stage.options);

/** An object, by the records of each of its versions. */
interface File {
  readonly place: "archive" | "quarantine";
  readonly key: string;
  readonly versions: readonly (readonly AnyRecord[])[];
  /** The content with some of its records; undefined when the object is deleted without any. */
  toContent(of: readonly AnyRecord[], isKept: (record: AnyRecord) => boolean): string | undefined;
}

/** The contents of a file's versions without the erased records. */
function listContents({ versions, toContent }: File, isErased: (record: AnyRecord) => boolean): string[] {
  const latest = versions.at(-1) ?? [];
  const older = versions.slice(0, -1).filter((of) => !of.some(isErased));
  const left = toContent(latest, (record) => !isErased(record));
  return left === undefined ? [] : [...older.map((of) => toContent(of, () => true) ?? ""), left];
}

/** All objects of the archive and the quarantine, by place and key. */
async function readFiles(): Promise<Record<string, string[]>> {
  const archive = await stage.readAll("archive");
  const quarantine = await stage.readAll("quarantine");
  return { ...archive, ...quarantine };
}

test("`forget` erases one visitor and no other", async () => {
  await check(6, mixture, async (generated) => {
    const { archive, earlier, quarantine, replayed, batch, rows, described, changed, visitor } = generated;
    for (const place of ["archive", "quarantine"] as const) await stage.empty(place);
    for (const prefix of ["seed/", "catalogue/", prefixes.users]) await stage.empty("data", prefix);
    const pool = poolOf(++run);
    const user = pool[visitor] ?? "";
    const time = stage.account.clock.now();
    const all = [...archive.flat(), ...earlier, ...quarantine, ...replayed, ...batch];
    const texts = new Map(all.map((record, i) => [record, { text: toText(record, pool), id: `${run}-${i}` }]));
    const textOf = (record: AnyRecord) => texts.get(record) ?? { text: "", id: "" };
    const files: File[] = [
      ...archive.map((of, i) => ({
        place: "archive" as const,
        key: archiveKey(time),
        versions: i === 0 ? [[...of, ...earlier], of] : [of],
        // An erased record leaves an empty line.
        toContent: (all: readonly AnyRecord[], isKept: (record: AnyRecord) => boolean) =>
          all.map((record) => `${isKept(record) ? textOf(record).text : ""}\n`).join(""),
      })),
      ...[...quarantine, ...replayed].map((record, i) => ({
        place: "quarantine" as const,
        versions: [[record]],
        toContent: (_all: readonly AnyRecord[], isKept: (record: AnyRecord) => boolean) =>
          isKept(record) ? quarantined(textOf(record).text, textOf(record).id, time) : undefined,
        key: (i < quarantine.length ? "" : "replayed/") + quarantineKey(time),
      })),
      {
        place: "quarantine",
        key: `aws/lambda/m/${run}`,
        versions: [batch],
        toContent: (all, isKept) => {
          const kept = all.filter(isKept);
          return kept.length === 0 && all.length > 0 ? undefined : failedBatch(kept.map(textOf), time);
        },
      },
    ];
    for (const { place, key, versions, toContent } of files) {
      for (const of of versions) await stage.write(place, key, toContent(of, () => true) ?? "");
    }
    const users = rows.map((id) => pool[id] ?? "");
    const seed = (some: readonly string[]) => toSeed(some.map(quote));
    await stage.write("data", seedKey("interactions"), seed(users));
    const versions = described.map((ids) => ids.map((id) => pool[id] ?? ""));
    for (const ids of versions) {
      await stage.write("data", seedKey("users"), toUsers(ids));
      await stage.write("data", linesKey("users"), toLines(ids));
    }
    const updated = changed.map((id) => pool[id] ?? "");
    for (const id of updated) await stage.write("data", await toRowKey(prefixes.users, id), toLines([id]));
    const known = new Set<string>();
    for (const { user: userForm, session, kind, delivered } of all) {
      const userId = idOf(userForm, pool);
      const sessionId = idOf(session, pool);
      if (!delivered || sessionId === undefined || !["event", "wrapped"].includes(kind)) continue;
      await stage.deliver(sessionId, userId, `event ${++marks}`);
      if (userId !== undefined) known.add(userId);
    }
    const before = new Map([...known].map((id) => [id, stage.countEvents(id)]));

    await stage.agree();
    await erase(user);
    // Nothing is left to find.
    expect(await erase(user)).toBe(true);

    const { own, isErased } = judge(all, [...versions.flat(), ...updated], pool, user);
    const expected = files
      .map((file) => [file.key, listContents(file, isErased)] as const)
      .filter(([, [first]]) => first !== undefined);
    expect(await readFiles()).toEqual(Object.fromEntries(expected));
    const { [seedKey("interactions")]: rest, ...data } = await stage.readAll("data");
    // The first line is the header.
    const keptRows = seed(users)
      .split("\n")
      .filter((_row, i) => !own.has(users[i - 1]));
    expect(rest).toEqual([keptRows.join("\n")]);
    expect(Object.keys(data).filter((key) => /^(forget|rebuild)\//.test(key))).toEqual([]);
    const latest = (versions.at(-1) ?? []).filter((id) => id !== user);
    const keptVersions = [...versions.slice(0, -1).filter((ids) => !ids.includes(user)), latest];
    expect(data[seedKey("users")]).toEqual(keptVersions.map(toUsers));
    expect(data[linesKey("users")]).toEqual(keptVersions.map(toLines));
    const states = await Promise.all(updated.filter((id) => id !== user).map((id) => toRowKey(prefixes.users, id)));
    expect(
      Object.keys(data)
        .filter((key) => key.startsWith(prefixes.users))
        .sort(),
    ).toEqual(states.sort());
    const sessions = new Set(all.map((record) => idOf(sessionOf(record), pool)));
    if (!sessions.has(user)) expect(stage.countEvents(user)).toBe(0);
    for (const [id, count] of before) if (id !== user) expect(stage.countEvents(id)).toBe(count);
  });
});
