// Whatever the buckets have, `forget` leaves what docs/data.md says, lists the rest, and deletes the
// same ids in Personalize, also after an interruption.
import { writeFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { forget } from "../../../cli/recovery/forget/forget.ts";
import { seedKey } from "../../../names/layout.ts";
import { runKilled } from "../../support/killed-command.ts";
import { usePrinted } from "../../support/printed-lines.mts";
import { isSecondRing } from "../../support/second-ring.ts";
import { useFolder } from "../../support/temporary-folder.mts";
import { type Case, cases, type StoredRecord } from "./forget-cases.mts";
import { deletedIds, findSessions, idsOf, isListed, isTheirs, leaveRecords, leaveVersions } from "./forget-oracle.mts";
import { archiveKey, failedBatch, quarantined, quarantineKey, stack, useRecoveryStage } from "./recovery-stage.mts";

const printed = usePrinted();
const toPath = useFolder();
const stage = await useRecoveryStage();
const hour = 3_600_000;
const seed = seedKey("interactions");
const toText = (records: readonly StoredRecord[]) => records.flatMap(({ lines }) => lines).join("\n");
const toRows = (ids: readonly string[]) => ["USER_ID,ITEM_ID", ...ids.map((id, n) => `${id},item-${n}`), ""].join("\n");

/** The keys of a case's objects, in its order. */
interface Keys {
  readonly archived: readonly string[];
  readonly quarantined: readonly string[];
  readonly givenUp: readonly string[];
}

let events = 0;
/** Writes everything of a case, and an event of each id as a user's into Personalize. */
async function arrange(given: Case): Promise<Keys> {
  for (const place of ["archive", "quarantine"] as const) await stage.empty(place);
  await stage.empty("data", "forget/");
  await stage.empty("data", seed);
  const time = stage.account.clock.now();
  const archived: string[] = [];
  for (const { hour: back, versions } of given.archived) {
    const key = archiveKey(time - back * hour);
    archived.push(key);
    for (const records of versions) {
      await stage.write("archive", key, records.flatMap(({ lines }) => lines.map((line) => `${line}\n`)).join(""));
    }
  }
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
  await stage.write("data", seed, toRows(given.imported));
  for (const id of given.ids) await stage.deliver(`of ${id}`, id, `e-${++events}`);
  await stage.agree();
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
      return isListed(record, given.visitor, ids) ? [{ record, object, first, last: line }] : [];
    });
  });
}

const covers =
  ({ object, first, last }: Listed) =>
  (entry: Entry) =>
    entry.object === object && first <= entry.line && entry.line <= last;

/** Exactly the lines of `listed`, each of which has its member. */
function checkListed(kept: readonly Entry[], listed: readonly Listed[]): void {
  const missing = listed.filter((each) => !kept.some(covers(each)));
  expect({ missing }).toEqual({ missing: [] });
  const wrong = kept.filter((entry) => !listed.some((each) => covers(each)(entry)));
  expect({ wrong }).toEqual({ wrong: [] });
  for (const each of listed.filter(({ record }) => record.lines.length === 1)) {
    const entries = kept.filter(covers(each));
    expect(entries).toHaveLength(1);
    if (each.record.member) expect(entries[0]?.member).toBe(each.record.member);
  }
}

const whichAre = (given: Case, has: (id: string) => boolean) => given.ids.filter(has).sort();

test("leaves, lists and deletes what the documents say, also after an interruption", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      const { visitor, kill } = given;
      const ids = idsOf(given);
      const isDeleted = (record: StoredRecord) => isTheirs(record, visitor, ids);
      const keys = await arrange(given);
      const wasKilled = kill && (await runKilled(kill.place, kill.when, () => run(visitor)));
      const { isComplete, report, kept } = await run(visitor);
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

      const chosen = listed.filter((_, n) => given.isChosen(n));
      const file = toPath("theirs.json");
      writeFileSync(file, JSON.stringify(kept.filter((entry) => chosen.some((each) => covers(each)(entry)))));
      await run(visitor, file);
      const isChosen = new Set(chosen.map(({ record }) => record));
      expect(await readLeft(keys)).toEqual(expectLeft(given, (record) => isDeleted(record) || isChosen.has(record)));
    }),
    { numRuns: isSecondRing ? 200 : 20 },
  );
});
