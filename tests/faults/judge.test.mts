// One judge: what the deployed consumers take of any records, events and updates of both kinds, is
// what `rebuild`, `experiment` and `replay` read of the archive, and what `forget` finds.
import { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, expect, test, vi } from "vitest";
import { listArchive, readArchive } from "../../cli/archive/read-archive.ts";
import { ArchiveJudge } from "../../cli/judge/archive-judge.ts";
import { noArchiveCounts, readArchivedEvents } from "../../cli/judge/archived-events.ts";
import { readRules } from "../../cli/judge/judge-record.ts";
import { isTaken } from "../../cli/recovery/forget/erase-records.ts";
import { createOwnerJudge } from "../../cli/recovery/forget/owner.ts";
import { type FileRecord, openStoredFile } from "../../cli/recovery/forget/stored-file.ts";
import { toVisitor } from "../../cli/recovery/forget/visitor.ts";
import { findStack } from "../../cli/stack/stack.ts";
import { splitLines } from "../../functions/ingestion/record-parts.ts";
import { createFiles } from "../support/temporary-folder.mts";
import { useAccount } from "../support/use-account.mts";
import { useStack } from "../support/use-stack.mts";
import { check, longest } from "./property.mts";

/**
 * The sessions in the events that Personalize got; the account's log keeps only the newest calls.
 */
const delivered = new Set<string>();
/** The ids in the updates of items and users that it got. */
const updated = new Set<string>();

const usersFile = createFiles().file("users.csv", "USER_ID,HOME", "10000,flat");
const deployed = await useStack({ archiveBufferSeconds: "60", usersFile });
const { account, outputs, s3, listKeys } = deployed;
useAccount(account);
afterAll(() => void vi.unstubAllEnvs());
account.clock.setSpeed(0);
account.log.listen(({ operation, error, input }) => {
  if (error !== undefined) return;
  const { sessionId, items = [], users = [] } = input as Delivered;
  if (operation === "PutEvents") delivered.add(sessionId);
  if (operation === "PutItems") for (const { itemId } of items) updated.add(itemId);
  if (operation === "PutUsers") for (const { userId } of users) updated.add(userId);
});

interface Delivered {
  sessionId: string;
  items?: { itemId: string }[];
  users?: { userId: string }[];
}

const minute = 60_000;
const anyRecord = fc.record({
  kind: fc.oneof(
    { weight: 3, arbitrary: fc.constant("event") },
    { weight: 2, arbitrary: fc.constant("user") },
    { weight: 6, arbitrary: fc.constantFrom("wrapped", "item", "both", "lines", "cut", "not UTF-8") },
  ),
  /** It is sent in the same record of the stream as the one before it, on another line. */
  joins: fc.constantFrom(false, false, true),
  /** Lines around it, with which a record may be JSON only together. */
  around: fc.constantFrom("", "", "", "[", '{"Partitionkey":"k","Data":', "text"),
  before: fc.constantFrom("", "", "", "\ufeff", " ", "\n", "\r\n\t", "\u2028", "\u00a0", "\n\ufeff", "\ufeff\n"),
  after: fc.constantFrom("", "", "", "\n", " \r\n", "\u2029", "\0"),
  /** The bytes without white space, or as many as there are. */
  size: fc.constantFrom(undefined, undefined, 10_100, 10_239, 10_240, 10_241, 12_000),
  /** Minutes after the arrival; without one, the event has no time. */
  ahead: fc.constantFrom(undefined, -60, 0, 4, 6, 10, 60, 300),
  user: fc.constantFrom(
    undefined,
    "null",
    '"undefined"',
    '"NaN"',
    "7",
    "1.5",
    "9007199254740993",
    '["a"]',
    '"u-2028-\u2028"',
  ),
  more: fc.constantFrom("", '"note":"a\\u0000b",', '"page":{"a":[1e400]},', '"itemId":1,', '"sessionid":"x",'),
});
type AnyRecord = typeof anyRecord extends fc.Arbitrary<infer T> ? T : never;
/** One that the consumer takes is in each run, so that there is something to compare. */
const good: AnyRecord = {
  kind: "event",
  joins: false,
  around: "",
  before: "",
  after: "",
  size: undefined,
  ahead: undefined,
  user: undefined,
  more: "",
};
const records = fc
  .array(anyRecord, { minLength: 20, maxLength: 60 })
  .map((list) => [good, ...list, { ...good, kind: "user" as const }]);

const itemColumns = '{"ANIMAL_TYPE":"2","ANIMAL_AGE":"3","ANIMAL_SIZE":"2","ANIMAL_BREED":"Pug","ITEM_VALUE":1}';

/** Writes a record by hand: JSON would change its numbers and spaces. */
function toBytes(
  { kind, before, after, size, ahead, user, more, around }: AnyRecord,
  sessionId: string,
  now: number,
): Buffer {
  const time = ahead === undefined ? "" : `"timestamp":${Math.round((now + ahead * minute) / 1000)},`;
  const itemUpdate = `"itemUpdate":{"itemId":"${sessionId}","columns":${itemColumns}}`;
  const userUpdate = `"userUpdate":{"userId":"${sessionId}","properties":{"HOME":"flat"}}`;
  const contents: Record<string, string> = { item: itemUpdate, user: userUpdate, both: `${userUpdate},${itemUpdate}` };
  const item = contents[kind] ?? `"itemId":"${sessionId}"`;
  const event = `{${more}${time}${user === undefined ? "" : `"userId":${user},`}"eventType":"DetailView",${item},"sessionId":"${sessionId}"}`;
  const wrapped = kind === "wrapped" ? `{"Partitionkey":"k","Data":${event}}` : event;
  const shaped = kind === "lines" ? wrapped.replaceAll(",", ",\n") : kind === "cut" ? wrapped.slice(0, -1) : wrapped;
  const marks = Buffer.byteLength(before.trimStart() === "" ? before.replace(/[ \t\r\n]/g, "") : before);
  const missing = (size ?? 0) - Buffer.byteLength(shaped) - marks - 10;
  const filled = missing > 0 ? shaped.replace("{", `{"fill":"${"x".repeat(missing)}",`) : shaped;
  const bytes = Buffer.from(before + filled + after);
  if (kind === "not UTF-8") bytes[bytes.length - Buffer.byteLength(after) - 3] = 0xff;
  const ends: Record<string, string> = { "[": "]", '{"Partitionkey":"k","Data":': "}" };
  const lineEnd = Buffer.from("\n");
  const lines =
    around === "" ? [bytes] : [Buffer.from(around), lineEnd, bytes, lineEnd, Buffer.from(ends[around] ?? "")];
  return Buffer.concat(lines);
}

/** Joins texts to records of the stream. */
function toRecords(all: readonly AnyRecord[], texts: readonly Buffer[]): Buffer[] {
  const joined: Buffer[] = [];
  for (const [i, text] of texts.entries()) {
    if (all[i]?.joins) joined.push(Buffer.concat([joined.pop() ?? Buffer.alloc(0), Buffer.from("\n"), text]));
    else joined.push(text);
  }
  return joined;
}

const countLines = (records: readonly Buffer[]) => records.flatMap((record) => [...splitLines(record)]).length;

const listOf = (run: string, ids: Iterable<string>): string[] => [...ids].filter((id) => id.startsWith(run)).sort();

async function emptyQuarantine(): Promise<void> {
  const Bucket = outputs.quarantineBucketName;
  for (const Key of await listKeys(Bucket, "quarantine/")) await s3.deleteObject({ Bucket, Key });
}

/** The data of the objects in the quarantine. */
async function readQuarantine(): Promise<Buffer[]> {
  const keys = await listKeys(outputs.quarantineBucketName, "quarantine/");
  const texts = await Promise.all(keys.map((key) => deployed.readText(outputs.quarantineBucketName, key)));
  return texts.map((text) => Buffer.from((JSON.parse(text) as { data: string }).data, "base64"));
}

/** The sessions whose records `forget` finds in the archive. */
async function listFound(ids: readonly string[]): Promise<string[]> {
  const Bucket = outputs.archiveBucketName;
  const found = new Set<string>();
  const rules = await readRules(await findStack(deployed.stack));
  for (const Key of await listKeys(Bucket, "events/")) {
    const { Body } = await s3.getObject({ Bucket, Key });
    const file = openStoredFile(Key, gunzipSync((await Body?.transformToByteArray()) ?? ""));
    const records: FileRecord[] = await Readable.from(file.records).toArray();
    for (const id of ids) {
      const judge = createOwnerJudge(toVisitor(id), (record) => isTaken(record, rules));
      if (records.some((record) => judge(record) === "visitor")) found.add(id);
    }
  }
  return [...found].sort();
}

/** The ids in the updates that the commands read of the archive. */
async function listUpdates(from: Date): Promise<string[]> {
  const stack = await findStack(deployed.stack);
  const judge = new ArchiveJudge(stack, await readRules(stack), []);
  const found = new Set<string>();
  for await (const { object, records } of readArchive(stack, listArchive(stack, { from }), [])) {
    for (const record of records) {
      const judged = await judge.judge(record, object);
      if (judged !== "copy" && "update" in judged) found.add(judged.update.id);
    }
  }
  return [...found];
}

let runs = 0;

test(
  "what the consumer takes is what `rebuild` imports, `experiment` counts and `forget` finds",
  async () => {
    await check(4, records, async (generated) => {
      const run = `r${runs++}-`;
      await emptyQuarantine();
      const now = account.clock.now();
      const ids = generated.map((_, i) => `${run}${i}.`);
      const sent = toRecords(
        generated,
        generated.map((record, i) => toBytes(record, ids[i] ?? "", now)),
      );
      await deployed.put(sent);
      for (let passed = 0; passed < 10; passed++) await account.clock.advance(minute);
      const taken = listOf(run, delivered);
      const changed = listOf(run, updated);
      expect(taken).not.toEqual([]);
      expect(changed).not.toEqual([]);
      expect(taken.length + changed.length + countLines(await readQuarantine())).toBe(countLines(sent));

      // Long after: what was ahead of its time is not any more.
      await account.clock.advance(400 * minute);
      const stack = await findStack(deployed.stack);
      const counts = noArchiveCounts();
      const read: string[] = [];
      for await (const { sessionId } of readArchivedEvents(stack, { from: new Date(now - 1000) }, counts)) {
        read.push(sessionId);
      }
      expect(read.filter((id) => id.startsWith(run)).sort()).toEqual(taken);
      // The archive does not show that an update was refused because it was not alone.
      const isAlone = (id: string) => countLines(sent.filter((record) => record.includes(`"${id}"`))) === 1;
      expect(listOf(run, await listUpdates(new Date(now - 1000))).filter(isAlone)).toEqual(changed);
      const visitors = taken.filter((id) => {
        const { user } = generated[ids.indexOf(id)] ?? {};
        return !user || /null|undefined|NaN|\[/.test(user);
      });
      expect(await listFound(visitors)).toEqual(visitors);
      const users = changed.filter((id) => generated[ids.indexOf(id)]?.kind === "user");
      expect(await listFound(users)).toEqual(users);
    });
  },
  longest,
);
