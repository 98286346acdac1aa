// Objects that cannot be read: each command names them, goes on, and does not say that it is
// complete.
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { readRecords } from "../../../cli/archive/archive-file.ts";
import { tryRead } from "../../../cli/archive/objects.ts";
import { noArchiveCounts, readArchivedEvents } from "../../../cli/judge/archived-events.ts";
import { QuarantinedHours } from "../../../cli/judge/quarantined-hours.ts";
import { forget } from "../../../cli/recovery/forget/forget.ts";
import { rebuild } from "../../../cli/recovery/rebuild/rebuild.ts";
import { replay } from "../../../cli/recovery/replay/replay.ts";
import { findStack } from "../../../cli/stack/stack.ts";
import { usePrinted } from "../../support/printed-lines.mts";
import { archiveKey, quarantined, quarantineKey, stack, useRecoveryStage, visit } from "./recovery-stage.mts";

const printed = usePrinted();
const stage = await useRecoveryStage();
const time = stage.account.clock.now();
const keys = { plain: archiveKey(time), cut: archiveKey(time), quarantined: quarantineKey(time) };
const put = (Key: string, Body: string | Uint8Array) => stage.s3.putObject({ Bucket: "archive", Key, Body });
await put(keys.plain, `${visit("hidden")}\n`);
await put(keys.cut, gzipSync(`${visit("hidden")}\n`).subarray(0, 40));
await stage.write("archive", archiveKey(time), `${visit("ann")}\n${visit("bob")}\n`);
await stage.write("quarantine", keys.quarantined, "pets");
await stage.write("quarantine", quarantineKey(time), quarantined(visit("cid"), "1", time));
await stage.agree();
await stage.account.clock.advance(60_000);
/** What is said about each, in any order. */
const named = [
  `s3://archive/${keys.plain} is not a whole GZIP file (incorrect header check)`,
  `s3://archive/${keys.cut} is not a whole GZIP file (unexpected end of file)`,
];

const report = () => JSON.parse(printed.out.at(-1) ?? "");
const sorted = (texts: readonly string[]) => [...texts].sort();

test("reading the archive", async () => {
  const counts = noArchiveCounts();
  const users: (string | undefined)[] = [];
  for await (const { userId } of readArchivedEvents(await findStack(stack), {}, counts)) users.push(userId);
  expect(users).toEqual(["ann", "bob"]);
  expect(sorted(counts.unreadable)).toEqual(sorted(named));
});

test("the quarantine beside a record that may have arrived before its time", async () => {
  const found = await findStack(stack);
  const refuse = () => Promise.reject(Object.assign(new Error("Restore it."), { name: "InvalidObjectState" }));
  const call: typeof found.call = (service, operation, input) =>
    "Bucket" in input && input.Bucket === "quarantine" && operation === "GetObject"
      ? refuse()
      : found.call(service, operation, input);
  const unreadable: string[] = [];
  const hours = new QuarantinedHours({ ...found, call }, unreadable);
  const [record] = readRecords({ key: archiveKey(time), time: new Date(time) }, Buffer.from(visit("cid")));
  if (!record) throw new Error("The archive's file has no record.");
  expect(await hours.take(record, new Date(time), new Date(time))).toBe(false);
  expect(sorted(unreadable).at(-1)).toMatch(/^s3:\/\/quarantine\/\S+ is in an archive class of S3; restore it first$/);
});

test("`replay` of the archive and of the quarantine", async () => {
  expect(await replay({ stack, source: "archive", dryRun: true, json: true }, stage.options)).toBe(false);
  expect(report()).toMatchObject({ objects: 1, sent: 2 });
  expect(sorted(report().unreadable)).toEqual(sorted(named));
  expect(await replay({ stack, source: "quarantine", dryRun: true, json: true }, stage.options)).toBe(false);
  expect(report()).toMatchObject({
    objects: 1,
    sent: 1,
    unreadable: [`s3://quarantine/${keys.quarantined} is not a quarantined record`],
  });
});

test("`rebuild`", async () => {
  expect(await rebuild({ stack, yes: true, json: true }, stage.options)).toBe(false);
  expect(report()).toMatchObject({ status: "ACTIVE", archivedEvents: 2 });
  expect(sorted(report().unreadable)).toEqual(sorted(named));
});

test("`forget`, until they are deleted", async () => {
  expect(await forget({ stack, user: "ann", yes: true, json: true }, stage.options)).toBe(false);
  expect(report()).toMatchObject({
    complete: false,
    erased: { archive: { records: 1 } },
    sessionsLeft: ["session of ann"],
  });
  expect(report().unreadable).toHaveLength(2);
  for (const text of named) {
    expect(report().unreadable).toContainEqual(
      expect.stringMatching(`${text.split(" ")[0]?.replaceAll(".", "\\.")}\\?versionId=`),
    );
  }
  await expect(rebuild({ stack, yes: true }, stage.options)).rejects.toThrow("deletes a visitor's data");
  for (const key of [keys.plain, keys.cut]) await stage.empty("archive", key);
  expect(await forget({ stack, user: "ann", yes: true, json: true }, stage.options)).toBe(true);
  expect(report()).toMatchObject({ complete: true, sessionsLeft: [], unreadable: [] });
});

test("an object that was deleted since it was listed", async () => {
  const unreadable: string[] = [];
  const object = { bucket: "archive", key: "events/gone.gz" };
  expect(await tryRead(await findStack(stack), object, unreadable)).toBeUndefined();
  expect(unreadable).toEqual(["s3://archive/events/gone.gz was deleted since it was listed"]);
});
