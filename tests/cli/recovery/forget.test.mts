// `forget` on the S3 and the Personalize of an account in this process: nothing of the visitor
// stays, everything of others does.
import { describe, expect, onTestFinished, test } from "vitest";
import { forget } from "../../../cli/recovery/forget/forget.ts";
import { seedKey } from "../../../names/layout.ts";
import { usePrinted } from "../../support/printed-lines.mts";
import { createFiles } from "../../support/temporary-folder.mts";
import { decodeRecords } from "../../support/versions.ts";
import {
  archiveKey,
  openRecoveryStage,
  quarantined,
  quarantineKey,
  type RecoveryStage,
  stack,
  toSeed,
  visit,
} from "./recovery-stage.mts";

const hour = 3_600_000;

const printed = usePrinted();
const files = createFiles();

/** Opens an account with an imported file, for one test. */
async function open(seedFile = toSeed([])): Promise<RecoveryStage> {
  const stage = await openRecoveryStage(seedFile);
  onTestFinished(stage.close);
  return stage;
}

const erase = async (stage: RecoveryStage, user: string) => {
  await stage.agree();
  return forget({ stack, user, yes: true, json: true }, stage.options);
};
const lines = (...events: object[]) => events.map((event) => `${JSON.stringify(event)}\n`).join("");

test("a session id that is another visitor's id is not erased, and the report says so", async () => {
  const seed = toSeed(["10042"]);
  const stage = await open(seed);
  const others = lines({ userId: "10042", sessionId: "s-1" }, { sessionId: "10042" });
  const key = archiveKey(stage.account.clock.now());
  await stage.write("archive", key, lines({ userId: "mallory", sessionId: "10042" }) + others);
  await stage.deliver("s-1", "10042", "e-1");
  expect(stage.countEvents("10042")).toBe(2);
  expect(await erase(stage, "mallory")).toBe(true);
  expect(JSON.parse(printed.out.at(-1) ?? "")).toMatchObject({ sessions: 0, sharedSessions: 1 });
  expect(await stage.readAll("archive")).toEqual({ [key]: [`\n${others}`] });
  expect((await stage.readAll("data"))[seedKey("interactions")]).toEqual([seed]);
  expect(stage.countEvents("10042")).toBe(2);
});

test("a file below forget/ that is no list is named, and does not stop the command", async () => {
  const stage = await open();
  const junk = { "forget/junk.json": ["{ not JSON"], "forget/other.json": ['{"a":1}'] };
  for (const [key, [text = ""]] of Object.entries(junk)) await stage.write("data", key, text);
  const archive = archiveKey(stage.account.clock.now());
  await stage.write("archive", archive, lines({ userId: "u-1", sessionId: "s-1" }));
  expect(await erase(stage, "u-1")).toBe(true);
  expect(await stage.readAll("archive")).toEqual({ [archive]: ["\n"] });
  expect(await stage.readAll("data")).toMatchObject(junk);
  for (const key of Object.keys(junk)) expect(printed.err.join("\n")).toContain(`s3://pet-data/${key} is no list`);
});

test("no version is read that the same run has deleted: without s3:ListBucket S3 says AccessDenied for it", async () => {
  const stage = await open();
  const time = stage.account.clock.now();
  const key = quarantineKey(time);
  // The consumer writes an object again when a batch is delivered again.
  for (let n = 0; n < 20; n++) await stage.write("quarantine", key, quarantined(visit("u-1"), "1", time));
  expect(await erase(stage, "u-1")).toBe(true);
  expect(await stage.readAll("quarantine")).toEqual({});
  const missed = stage.account.log.entries().filter(({ error }) => error === "NoSuchVersion");
  expect(missed).toEqual([]);
});

test("the copy of the imported file keeps the others' rows byte by byte", async () => {
  const file = (...users: string[]) => `\uFEFF${toSeed([...users, '"with a\nline end"'], "\r\n")}\r\n`;
  const stage = await open(file("u-1", "u-2", "u-1"));
  await stage.write("data", seedKey("interactions"), file("u-2", "u-1"));
  expect(await erase(stage, "u-1")).toBe(false);
  expect(JSON.parse(printed.out.at(-1) ?? "").erased.interactions).toMatchObject({ records: 1, oldVersions: 1 });
  const [kept = "", ...older] = (await stage.readAll("data"))[seedKey("interactions")] ?? [];
  expect(older).toEqual([]);
  expect(kept).toBe(file("u-2", "u-1").replace(/^u-1,.*\r\n/m, ""));
  expect(stage.countEvents("u-2")).toBe(1);
});

test.each([
  ["the oldest object", 0, ""],
  ["an object in the middle", 1, ""],
  ["one of the objects of an hour", 0, lines({ sessionId: "s-8" })],
])(
  "after %s of the archive is gone, a session that may be a user's id stays in Personalize, and is named",
  async (_what, gone, beside) => {
    const stage = await open();
    const { account } = stage;
    const keys: string[] = [];
    await account.clock.advance(2 * hour);
    for (const [i, userId] of [gone === 0 ? "s-1" : "u-2", gone === 1 ? "s-1" : "u-2"].entries()) {
      const key = archiveKey(account.clock.now());
      keys.push(key);
      await stage.write("archive", key, lines({ sessionId: `of ${userId}`, userId }));
      if (beside !== "") await stage.write("archive", archiveKey(account.clock.now()), beside);
      await stage.deliver(`of ${userId}`, userId, `e-${i}`);
      await stage.agree();
      await account.clock.advance(2 * hour);
    }
    await stage.write("archive", archiveKey(account.clock.now()), lines({ userId: "mallory", sessionId: "s-1" }));
    await stage.deliver("s-1", "mallory", "of mallory");
    await stage.agree();
    await account.clock.advance(2 * hour);
    // Whatever took it: the bucket has no rule by which objects expire.
    await stage.empty("archive", keys[gone]);
    const before = stage.countEvents("s-1");
    expect(await forget({ stack, user: "mallory", yes: true, json: true }, stage.options)).toBe(false);
    expect(JSON.parse(printed.out.at(-1) ?? "")).toMatchObject({
      complete: true,
      sessions: 1,
      sessionsLeft: ["s-1"],
      unknown: expect.stringMatching(/^from \S+ to \S+ \d records? arrived, and the archive has \d of that time$/),
    });
    expect(before).toBeGreaterThan(0);
    expect(stage.countEvents("s-1")).toBe(before);
  },
);

test("while the archive has all that arrived, a session is deleted in Personalize, too, also at a second run", async () => {
  const stage = await open();
  await stage.account.clock.advance(30 * hour);
  const key = archiveKey(stage.account.clock.now());
  await stage.write("archive", key, lines({ userId: "u-1", sessionId: "s-1" }, { userId: "u-2", sessionId: "s-2" }));
  await stage.deliver("s-1", undefined, "e-1");
  await stage.agree();
  await stage.account.clock.advance(2 * hour);
  // Without `agree`: what the first run has erased still counts as archived.
  for (const user of ["u-1", "u-2"]) {
    expect(await forget({ stack, user, yes: true, json: true }, stage.options)).toBe(true);
    expect(JSON.parse(printed.out.at(-1) ?? "")).toMatchObject({ sessions: 1, sessionsLeft: [] });
  }
  expect(await stage.readAll("archive")).toEqual({ [key]: ["\n\n"] });
});

test("lines of JSON over several lines are listed with those around them, and deleted together", async () => {
  const stage = await open();
  const key = archiveKey(stage.account.clock.now());
  const whole = lines({ sessionId: "s-2" });
  const printedJson = JSON.stringify({ sessionId: "friend1", by: { userId: "u-1" }, n: [1, 2] }, null, 2);
  await stage.write("archive", key, `${whole}${printedJson}\n${whole}`);
  expect(await erase(stage, "u-1")).toBe(true);
  const { kept, erased } = JSON.parse(printed.out.at(-1) ?? "");
  expect(erased).toEqual({});
  expect(kept).toEqual([{ object: `s3://archive/${key}`, line: 2, member: "userId", hash: expect.any(String) }]);
  const also = files.file("theirs.json", JSON.stringify(kept));
  expect(await forget({ stack, user: "u-1", also, yes: true, json: true }, stage.options)).toBe(true);
  const empty = printedJson
    .split("\n")
    .map(() => "\n")
    .join("");
  expect(await stage.readAll("archive")).toEqual({ [key]: [`${whole}${empty}${whole}`] });
});

test("a session that was a visitor's before the sign-in is the visitor's in the file of interactions too", async () => {
  const seed = toSeed(["s-1", "u-1", "s-2"]);
  const stage = await open(seed);
  const key = archiveKey(stage.account.clock.now());
  await stage.write("archive", key, lines({ userId: "u-1", sessionId: "s-1" }, { userId: "u-2", sessionId: "s-2" }));
  expect(await erase(stage, "u-1")).toBe(false);
  expect(JSON.parse(printed.out.at(-1) ?? "")).toMatchObject({ sharedSessions: 0, files: ["interactionsFile"] });
  expect(stage.countEvents("s-1")).toBe(0);
  expect(stage.countEvents("s-2")).toBe(1);
  const kept = seed.split("\n").filter((row) => !/^(s-1|u-1),/.test(row));
  expect((await stage.readAll("data"))[seedKey("interactions")]).toEqual([kept.join("\n")]);
});

test("events before the sign-in stay in a session in which two users signed in, and the session is named", async () => {
  const stage = await open();
  const key = archiveKey(stage.account.clock.now());
  const others = lines({ sessionId: "s-1" }, { userId: "u-2", sessionId: "s-1" });
  await stage.write("archive", key, others + lines({ userId: "u-1", sessionId: "s-1" }));
  await stage.deliver("s-1", undefined, "e-1");
  expect(await erase(stage, "u-1")).toBe(true);
  expect(JSON.parse(printed.out.at(-1) ?? "")).toMatchObject({ sessions: 0, sessionsOfSeveral: ["s-1"] });
  expect((await stage.readAll("archive"))[key]).toEqual([`${others}\n`]);
  expect(stage.countEvents("s-1")).toBe(1);
});

describe("refused records that have the id and may be others'", () => {
  const refused = [
    { mark: "misspelt", usedId: "10042" },
    { mark: "of two", list: [{ userId: "10042" }, { userId: "u-2" }] },
    { mark: "a page", page: 10042 },
  ];
  const arrange = async () => {
    const stage = await open();
    const time = stage.account.clock.now();
    const archive = archiveKey(time);
    await stage.write("archive", archive, lines(...refused));
    await stage.write("archive", archive, lines({ userId: "10042", sessionId: "s-1" }, ...refused));
    for (const [i, event] of refused.entries()) {
      await stage.write("quarantine", quarantineKey(time), quarantined(JSON.stringify(event), `${i}`, time));
    }
    return { stage, archive };
  };
  const report = () => JSON.parse(printed.out.at(-1) ?? "");

  test("stay and are listed, without what they contain", async () => {
    const { stage } = await arrange();
    expect(await erase(stage, "10042")).toBe(true);
    expect(report().erased).toEqual({ archive: { objects: 1, records: 1, oldVersions: 0 } });
    const { kept } = report();
    expect(kept).toHaveLength(6);
    expect(kept).toContainEqual({
      object: expect.stringMatching(/^s3:\/\/archive\/events\//),
      line: 2,
      member: "usedId",
      hash: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(JSON.stringify(kept)).not.toMatch(/u-2|misspelt|10042/);
  });

  test("are deleted in all versions when --also has them, and no others are", async () => {
    const { stage, archive } = await arrange();
    await erase(stage, "10042");
    const kept = report().kept.filter(({ member }: { member: string }) => member !== "page");
    const also = files.file("theirs.json", JSON.stringify({ ...report(), kept }));
    expect(await forget({ stack, user: "10042", also, yes: true, json: true }, stage.options)).toBe(true);
    expect(report()).toMatchObject({ kept: [{ member: "page" }, { member: "page" }] });
    const left = { ...(await stage.readAll("archive")), ...(await stage.readAll("quarantine")) };
    expect(left[archive]).toEqual([`\n\n\n${JSON.stringify(refused[2])}\n`]);
    expect(decodeRecords(JSON.stringify(left).replaceAll("\\", ""))).not.toMatch(/misspelt|of two/);
    expect(Object.keys(left)).toHaveLength(2);
  });

  test("cannot be given by a file of another form, and a given record that is not listed stays", async () => {
    const { stage } = await arrange();
    const bad = files.file("bad.json", '{"kept":[{"object":1}]}');
    const run = (also: string) => forget({ stack, user: "u-9", also, yes: true, json: true }, stage.options);
    await expect(run(bad)).rejects.toThrow(/--also: .*bad\.json is not a report of `forget --json`/);
    await erase(stage, "10042");
    const before = await stage.readAll("quarantine");
    expect(await run(files.file("theirs.json", JSON.stringify(report().kept)))).toBe(true);
    expect(await stage.readAll("quarantine")).toEqual(before);
  });
});
