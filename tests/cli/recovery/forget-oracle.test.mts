// Whatever the buckets have, `forget` leaves what docs/data.md says, lists the rest, and deletes
// the same ids in Personalize, also after an interruption.
import { writeFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { forget } from "../../../cli/recovery/forget/forget.ts";
import { seedKey } from "../../../names/layout.ts";
import { runKilled } from "../../support/killed-command.ts";
import { usePrinted } from "../../support/printed-lines.mts";
import { isSecondRing } from "../../support/second-ring.ts";
import { useFolder } from "../../support/temporary-folder.mts";
import { type ArchivedObject, type Case, cases, type StoredRecord } from "./forget-cases.mts";
import { deletedIds, findSessions, idsOf, isListed, isTheirs, leaveRecords, leaveVersions } from "./forget-oracle.mts";
import {
  archiveKey,
  failedBatch,
  openRecoveryStage,
  quarantined,
  quarantineKey,
  type RecoveryStage,
  stack,
  toSeed,
} from "./recovery-stage.mts";

const printed = usePrinted();
const toPath = useFolder();
/** A new one for each case: a stage that has had many cases is slow. */
let stage: RecoveryStage;
const hour = 3_600_000;
const seed = seedKey("interactions");
const toText = (records: readonly StoredRecord[]) => records.flatMap(({ lines }) => lines).join("\n");
const toLines = (records: readonly StoredRecord[]) =>
  records.flatMap(({ lines }) => lines.map((line) => `${line}\n`)).join("");
const toRows = (ids: readonly string[]) => ["USER_ID,ITEM_ID", ...ids.map((id, n) => `${id},item-${n}`), ""].join("\n");

/** The keys of a case's objects, in its order. */
interface Keys {
  readonly archived: readonly string[];
  readonly quarantined: readonly string[];
  readonly givenUp: readonly string[];
}

/** Writes the objects of the archive, and lets as many records arrive in each of their hours. */
async function fillHours(objects: readonly ArchivedObject[]): Promise<string[]> {
  const keys: string[] = [];
  for (const back of [2, 1, 0]) {
    await stage.account.clock.advance(hour);
    for (const [n, { hour: ofObject, versions }] of objects.entries()) {
      if (ofObject !== back) continue;
      const key = archiveKey(stage.account.clock.now());
      keys[n] = key;
      for (const records of versions) await stage.write("archive", key, toLines(records));
    }
    await stage.agree();
  }
  return keys;
}

let events = 0;
/** Writes everything of a case, and an event of each id as a user's into Personalize. */
async function arrange(given: Case): Promise<Keys> {
  const archived = await fillHours(given.archived);
  const time = stage.account.clock.now();
  const keys: string[] = [];
  for (const [n, records] of [...given.quarantined, ...given.replayed].entries()) {
    const key = `${n < given.quarantined.length ? "" : "replayed/"}${quarantineKey(time)}`;
    keys.push(key);
    await stage.write("quarantine", key, quarantined(toText(records), `${n}`, time));
  }
  const givenUp: string[] = [];
  for (const [n, batch] of given.givenUp.entries()) {
    givenUp.push(`aws/lambda/m/${n}`);
    const records = batch.map((parts, m) => ({ text: toText(parts), id: `${m}` }));
    await stage.write("quarantine", `aws/lambda/m/${n}`, failedBatch(records, time));
  }
  await stage.empty("data", seed);
  await stage.write("data", seed, toRows(given.imported));
  for (const id of given.ids) await stage.deliver(`of ${id}`, id, `e-${++events}`);
  if (given.isArchiveIncomplete) {
    // In an hour that has an object.
    await stage.clients.kinesis.putRecord({ StreamName: "events", PartitionKey: "p", Data: Buffer.from("{}") });
    await stage.write("archive", archiveKey(stage.account.clock.now()), "");
  }
  await stage.account.clock.advance(60_000);
  return { archived, quarantined: keys, givenUp };
}

interface Entry {
  readonly object: string;
  readonly line: number;
  readonly member?: string;
}

async function run(user: string, also?: string) {
  printed.out.length = 0;
  const isComplete = await forget({ stack, user, also, yes: true, json: true }, stage.options);
  const report = JSON.parse(printed.out.join(""));
  return { isComplete, report, kept: report.kept as Entry[] };
}

const toData = (text: string) => Buffer.from(text, "base64").toString("utf8");

/** The bytes of all objects, those of the quarantine as the records in them. */
async function readLeft(keys: Keys) {
  const archive = await stage.readAll("archive");
  const quarantine = await stage.readAll("quarantine");
  const batch = (text: string) =>
    JSON.parse(text).payload.Records.map(({ kinesis }: { kinesis: { data: string } }) => toData(kinesis.data));
  return {
    archived: keys.archived.map((key) => archive[key]),
    quarantined: keys.quarantined.map((key) => (quarantine[key] ?? []).map((text) => toData(JSON.parse(text).data))),
    givenUp: keys.givenUp.map((key) => (quarantine[key] ?? []).map(batch)),
    imported: (await stage.readAll("data"))[seed],
    ids: Object.keys(await stage.readAll("data")).filter((key) => key.startsWith("forget/")),
  };
}

/** What the documents leave of all this, when records are deleted. */
function expectLeft(given: Case, isDeleted: (record: StoredRecord) => boolean) {
  const ids = deletedIds(given);
  return {
    archived: given.archived.map(({ versions }) => leaveVersions(versions, isDeleted)),
    quarantined: [...given.quarantined, ...given.replayed].map((parts) => leaveRecords([parts], isDeleted)),
    givenUp: given.givenUp.map((batch) => {
      const left = leaveRecords(batch, isDeleted);
      return left.length > 0 ? [left] : [];
    }),
    imported: [
      toRows(given.imported)
        .split("\n")
        .filter((row) => !ids.has(row.split(",")[0] ?? ""))
        .join("\n"),
    ],
    ids: [],
  };
}

interface Listed {
  readonly record: StoredRecord;
  readonly object: string;
  /** Its first and last line, in the object as it was. */
  readonly first: number;
  readonly last: number;
  /** The same for identical records of an object. */
  readonly copies: string;
}

/** The records of the newest versions that have to be listed. */
function expectListed(given: Case, keys: Keys): Listed[] {
  const ids = idsOf(given);
  const objects = [
    ...given.archived.map(({ versions }, n) => ({
      object: `s3://archive/${keys.archived[n]}`,
      records: versions.at(-1),
    })),
    ...[...given.quarantined, ...given.replayed].map((records, n) => ({
      object: `s3://quarantine/${keys.quarantined[n]}`,
      records,
    })),
    ...given.givenUp.map((batch, n) => ({ object: `s3://quarantine/${keys.givenUp[n]}`, records: batch.flat() })),
  ];
  return objects.flatMap(({ object, records = [] }) => {
    let line = 0;
    return records.flatMap((record) => {
      const first = line + 1;
      line += record.lines.length;
      return isListed(record, given.visitor, ids)
        ? [{ record, object, first, last: line, copies: object + toText([record]) }]
        : [];
    });
  });
}

const covers =
  ({ object, first, last }: Listed) =>
  (entry: Entry) =>
    entry.object === object && first <= entry.line && entry.line <= last;

/** The entries of records; identical ones of an object have one entry together. */
const pick = (kept: readonly Entry[], listed: readonly Listed[]) =>
  kept.filter((entry) => listed.some((each) => covers(each)(entry)));

/** Exactly the lines of `listed`, each of which has its member. */
function checkListed(kept: readonly Entry[], listed: readonly Listed[]): void {
  const wrong = kept.filter((entry) => !listed.some((each) => covers(each)(entry)));
  expect({ wrong }).toEqual({ wrong: [] });
  for (const each of listed) {
    const entries = pick(
      kept,
      listed.filter(({ copies }) => copies === each.copies),
    );
    expect({ listed: each, entries: entries.length }).toEqual({ listed: each, entries: 1 });
    if (each.record.member) expect(entries[0]?.member).toBe(each.record.member);
  }
}

const whichAre = (given: Case, has: (id: string) => boolean) => given.ids.filter(has).sort();

/** Runs the command on a case, and compares what it leaves with what the documents say. */
async function check(given: Case) {
  const { visitor, kill } = given;
  const ids = idsOf(given);
  const isDeleted = (record: StoredRecord) => isTheirs(record, visitor, ids);
  const keys = await arrange(given);
  let ended: Awaited<ReturnType<typeof run>> | undefined;
  const start = async () => {
    ended = await run(visitor);
  };
  const wasKilled = kill && (await runKilled(kill.place, kill.when, start));
  const { isComplete, report, kept } = (!wasKilled && ended) || (await run(visitor));
  expect(await readLeft(keys)).toEqual(expectLeft(given, isDeleted));
  const gone = deletedIds(given);
  expect(whichAre(given, (id) => stage.countEvents(id) === 0)).toEqual(whichAre(given, (id) => gone.has(id)));
  if (wasKilled) return;
  const { theirs, several } = findSessions(given);
  const hasRows = given.imported.some((id) => gone.has(id));
  const isLeft = given.isArchiveIncomplete && theirs.length > 0;
  expect([...report.sessionsOfSeveral].sort()).toEqual([...several].sort());
  expect([...report.sessionsLeft].sort()).toEqual(isLeft ? [...theirs].sort() : []);
  expect(isComplete).toBe(!hasRows && !isLeft);
  const listed = expectListed(given, keys);
  checkListed(kept, listed);

  const chosen = new Set(listed.filter((_, n) => given.isChosen(n)).map(({ copies }) => copies));
  const also = listed.filter(({ copies }) => chosen.has(copies));
  const file = toPath("theirs.json");
  writeFileSync(file, JSON.stringify(pick(kept, also)));
  await run(visitor, file);
  const isAlso = new Set(also.map(({ record }) => record));
  expect(await readLeft(keys)).toEqual(expectLeft(given, (record) => isDeleted(record) || isAlso.has(record)));
}

test("leaves, lists and deletes what the documents say, also after an interruption", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      stage = await openRecoveryStage(toSeed([]));
      await check(given).finally(stage.close);
    }),
    { numRuns: isSecondRing ? 200 : 20, endOnFailure: true },
  );
});
